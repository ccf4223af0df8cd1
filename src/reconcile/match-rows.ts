import type { Row } from '../registry/types.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';
import { isSession, type Present, serverOf } from './identity.ts';
import { sessionKey, type World } from './types.ts';

type Absent = Extract<ServerObservation, { state: 'absent' }>;

/** An active row and what became of its session on a server that answered or is gone. */
export type Match =
  | { readonly row: Row; readonly kind: 'same'; readonly server: Present; readonly session: Session; readonly duplicateOf: Row | null }
  | { readonly row: Row; readonly kind: 'renamed'; readonly server: Present; readonly session: Session }
  /** Its session is gone; `heir` is another session of its name, if one lives. */
  | { readonly row: Row; readonly kind: 'gone'; readonly server: Present; readonly heir: Session | null }
  | { readonly row: Row; readonly kind: 'server-gone'; readonly server: Absent }
  /** Its server did not answer or was not asked: nothing may be concluded. */
  | { readonly row: Row; readonly kind: 'unknown' };

export const isActive = (row: Row): boolean => row.status !== 'terminated' && row.status !== 'archived';

/** Matches every active row with the session it is about. Renames are seen before anything is called gone. */
export function matchRows(rows: readonly Row[], world: World): readonly Match[] {
  const owners = new Map<string, Row>();
  return rows.filter(isActive).map((row): Match => {
    const server = serverOf(row, world);
    if (!server || server.state === 'unknown') return { row, kind: 'unknown' };
    if (server.state === 'absent') return { row, kind: 'server-gone', server };
    const session = server.sessions.find((candidate) => isSession(row, server, candidate));
    if (!session) {
      const heir = server.sessions.find(({ name }) => name === row.name) ?? null;
      return { row, kind: 'gone', server, heir };
    }
    if (session.name !== row.name) return { row, kind: 'renamed', server, session };
    const key = sessionKey(server.address.socket, session.id);
    const duplicateOf = owners.get(key) ?? null;
    if (!duplicateOf) owners.set(key, row);
    return { row, kind: 'same', server, session, duplicateOf };
  });
}
