import type { Row } from '../registry/types.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';
import { isSession, type Present, serverOf } from './identity.ts';
import { runsAgent } from './runs-agent.ts';
import { sessionKey, type World } from './types.ts';

type Absent = Extract<ServerObservation, { state: 'absent' }>;

/** An active row and what became of its session on a server that answered or is gone. */
export type Match =
  /** `duplicateOf`: another row is about this session already. */
  | {
      readonly row: Row;
      readonly kind: 'same' | 'renamed';
      readonly server: Present;
      readonly session: Session;
      readonly duplicateOf: Row | null;
    }
  /** Its session is gone, and another one of its name runs its agent, or may. */
  | {
      readonly row: Row;
      readonly kind: 'replaced';
      readonly server: Present;
      readonly heir: Session;
      readonly runs: true | 'unknown';
    }
  /** Its session is gone; `namesake`: another one of its name, without its agent. */
  | { readonly row: Row; readonly kind: 'gone'; readonly server: Present; readonly namesake: Session | null }
  | { readonly row: Row; readonly kind: 'server-gone'; readonly server: Absent }
  /** Its server did not answer or was not asked: nothing may be concluded. */
  | { readonly row: Row; readonly kind: 'unknown' };

export const isActive = (row: Row): boolean => row.status !== 'terminated' && row.status !== 'archived';

/** Matches every active row with the session it is about. Renames are seen before anything is called gone. */
export function matchRows(rows: readonly Row[], world: World): readonly Match[] {
  const found = rows.filter(isActive).map((row) => findSession(row, world));
  const owners = new Map<string, Row>();
  const own = ({ row, server, session }: Found) => {
    const key = session && sessionKey(server.address.socket, session.id);
    if (key && !owners.has(key)) owners.set(key, row);
  };
  // Where two rows are about one session, the one that has its name is the one to keep.
  for (const one of found) if ('session' in one && one.session?.name === one.row.name) own(one);
  for (const one of found) if ('session' in one) own(one);
  const missing = found.flatMap((one) => ('session' in one && !one.session ? [one] : []));
  const heirs = heirsOf(missing, owners, world);
  return found.map((one): Match => {
    if ('kind' in one) return one;
    const { row, server, session } = one;
    if (!session) return heirs.get(row) ?? { row, kind: 'gone', server, namesake: namesakeOf(one, owners) };
    const owner = owners.get(sessionKey(server.address.socket, session.id)) ?? row;
    const duplicateOf = owner === row ? null : owner;
    return { row, kind: session.name === row.name ? 'same' : 'renamed', server, session, duplicateOf };
  });
}

interface Found {
  readonly row: Row;
  readonly server: Present;
  readonly session: Session | null;
}

function findSession(row: Row, world: World): Found | Extract<Match, { kind: 'server-gone' | 'unknown' }> {
  const server = serverOf(row, world);
  if (!server || server.state === 'unknown') return { row, kind: 'unknown' };
  if (server.state === 'absent') return { row, kind: 'server-gone', server };
  return { row, server, session: server.sessions.find((candidate) => isSession(row, server, candidate)) ?? null };
}

type Replaced = Extract<Match, { kind: 'replaced' }>;

/** Rows whose name lives on in a session that is about no other row; of several rows the one whose agent runs in it. */
function heirsOf(
  missing: readonly Found[],
  owners: ReadonlyMap<string, Row>,
  world: World,
): ReadonlyMap<Row, Replaced> {
  const heirs = new Map<Row, Replaced>();
  const taken = new Set<string>();
  for (const runs of [true, 'unknown'] as const) {
    for (const one of missing) {
      const { row, server } = one;
      const heir = namesakeOf(one, owners);
      const key = heir && sessionKey(server.address.socket, heir.id);
      if (!key || taken.has(key) || runsAgent(world.agentOf(row), world.sessions.get(key)) !== runs) continue;
      taken.add(key);
      heirs.set(row, { row, kind: 'replaced', server, heir, runs });
    }
  }
  return heirs;
}

/** A session of the row's name that no row is about. */
const namesakeOf = ({ row, server }: Found, owners: ReadonlyMap<string, Row>): Session | null =>
  server.sessions.find(({ name, id }) => name === row.name && !owners.has(sessionKey(server.address.socket, id))) ??
  null;
