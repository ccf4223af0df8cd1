import type { Row } from '../registry/types.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';
import { isSession, type Present, serverOf } from './identity.ts';
import { runsAgent } from './runs-agent.ts';
import { sessionKey, type World } from './types.ts';

/** A terminated row whose name or session is alive. */
export interface EndedRow {
  readonly row: Row;
  readonly server: Present;
  readonly session: Session;
  /** Its very session lives on · another one of its name runs its agent · another one of its name does not. */
  readonly kind: 'itself' | 'back' | 'bare';
}

/**
 * Terminated rows and sessions that no active row is about. Of several terminated rows with one name only the last one in the file
 * is looked at: the others are history. `ending`: active rows that this run ends. `taken`: keys of the sessions of active rows.
 */
export function endedRows(
  rows: readonly Row[],
  ending: ReadonlySet<Row>,
  taken: ReadonlySet<string>,
  world: World,
): readonly EndedRow[] {
  const last = new Map<string, Row>();
  for (const row of rows) if (row.status === 'terminated' || ending.has(row)) last.set(rowKey(row, world), row);
  // History is long: a row whose session's id and name nobody has needs no closer look.
  const alive = new Set(world.servers.flatMap(idsAndNames));
  return [...last.values()].flatMap((row) => {
    if (ending.has(row)) return [];
    const server = serverOf(row, world);
    if (server?.state !== 'present' || !(alive.has(row.name) || alive.has(row.sessionId))) return [];
    return endedRow(row, server, taken, world) ?? [];
  });
}

const idsAndNames = (server: ServerObservation): readonly (string | null)[] =>
  server.state === 'present' ? server.sessions.flatMap(({ id, name }) => [id, name]) : [];

/** Rows of one key are about sessions of one name on one server. */
export const rowKey = (row: Row, world: World, name = row.name): string =>
  `${serverOf(row, world)?.address.socket ?? '?'} ${name}`;

function endedRow(row: Row, server: Present, taken: ReadonlySet<string>, world: World): EndedRow | null {
  const isFree = ({ id }: Session) => !taken.has(sessionKey(server.address.socket, id));
  const itself = server.sessions.find(
    (session) => isSession(row, server, session) && (row.sessionId !== null || bornBeforeEnd(row, session)),
  );
  if (itself) return isFree(itself) ? { row, server, session: itself, kind: 'itself' } : null;
  const session = server.sessions.find((one) => one.name === row.name && isFree(one));
  if (!session) return null;
  const facts = world.sessions.get(sessionKey(server.address.socket, session.id));
  const back = runsAgent(world.agentOf(row), facts) === true && !bornBeforeEnd(row, session);
  return { row, server, session, kind: back ? 'back' : 'bare' };
}

/** A session born in the second in which the row ended, or later, is another one than the row's. */
const bornBeforeEnd = (row: Row, session: Session): boolean => session.created < (row.terminatedAt ?? row.epoch ?? 0);
