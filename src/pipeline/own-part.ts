import { isSession, type Present } from '../reconcile/identity.ts';
import { isActive } from '../reconcile/match-rows.ts';
import type { RegistryView } from '../reconcile/types.ts';
import type { OpenRegistry } from '../registry/open-registry.ts';
import type { Row } from '../registry/types.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';

/**
 * What a run for one server compares: the active rows, and the ended ones that share a name or an id with a session that none of those
 * is about. `detect` comes to the same for that server as with all rows (test/properties).
 */
export function ownPart(
  registry: Pick<OpenRegistry, 'rows' | 'find'>,
  servers: readonly ServerObservation[],
): RegistryView {
  const free = servers.flatMap((server) => (server.state === 'present' ? freeSessions(server, registry.rows) : []));
  const ended = registry.find(free.flatMap(({ id, name }) => [{ name }, { sessionId: id }]));
  return { rows: inFileOrder([...registry.rows, ...ended]), unreadable: [], identities: [] };
}

function freeSessions(server: Present, rows: readonly Row[]): readonly Session[] {
  const { socket, label } = server.address;
  const own = rows.filter(
    (row) => isActive(row) && (row.socket === null ? row.server === label : row.socket === socket),
  );
  const byId = new Map(own.map((row) => [row.sessionId, row]));
  return server.sessions.filter((session) => {
    const row = byId.get(session.id);
    return row === undefined || !isSession(row, server, session);
  });
}

const inFileOrder = (rows: readonly Row[]): readonly Row[] => [...rows].sort((one, other) => one.index - other.index);
