import { tmuxPlace } from '../pipeline/scope.ts';
import { isSession } from '../reconcile/identity.ts';
import type { SessionToEnd } from '../reconcile/job-ended.ts';
import type { Row } from '../registry/types.ts';
import type { Environment } from '../settings.ts';
import { addressOfSocket, serverAddress } from '../tmux/address.ts';
import { type JobEndResult, type KillResult, killSessions, type SessionIdentity } from '../tmux/kill-session.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';

/** Ends the sessions of these rows, each at most once and exactly that one; what became of each, by row. */
export function endSessions(sessions: readonly SessionToEnd[], env: Environment): ReadonlyMap<Row, JobEndResult> {
  const results = new Map<Row, JobEndResult>();
  const byRow = new Map(sessions.map((session) => [session.row, session]));
  const servers = Map.groupBy(byRow.values(), ({ row }) => addressOf(row, env).socket);
  for (const onServer of servers.values()) {
    const address = addressOf((onServer[0] as SessionToEnd).row, env);
    const [server = null] = onServer.every(({ row }) => row.sessionId !== null) ? [] : observe([address], env);
    const identities = onServer.map((session) => identify(session, server));
    const meant = identities.filter(isIdentity);
    const killed = killSessions(address, meant, 'job-end', { ...env });
    identities.forEach((identity, index) => {
      const result = isIdentity(identity) ? killed[meant.indexOf(identity)] : identity;
      results.set((onServer[index] as SessionToEnd).row, result ?? 'gone');
    });
  }
  return results;
}

const addressOf = ({ socket, server }: Row, env: Environment): ServerAddress =>
  socket === null ? serverAddress(server, tmuxPlace(env)) : addressOfSocket(socket, tmuxPlace(env));

const isIdentity = (found: SessionIdentity | KillResult): found is SessionIdentity =>
  typeof found === 'object' && 'sessionId' in found;

/** A row without a session id is matched with a live session by the very rule that reconcile has. */
function identify({ row, bornBefore }: SessionToEnd, server: ServerObservation | null): SessionIdentity | KillResult {
  const { name, sessionId, serverStarted, epoch, pane } = row;
  if (sessionId !== null || server === null)
    return { name, sessionId, serverStarted, panePid: pane.pid, created: epoch };
  if (server.state === 'unknown') return { failed: server.reason };
  if (server.state === 'absent') return 'gone';
  const session = server.sessions.find((candidate) => isSession(row, server, candidate));
  if (!session) return server.sessions.some((candidate) => candidate.name === name) ? 'other' : 'gone';
  if (bornBefore !== null && session.created >= bornBefore) return 'other';
  return { name, sessionId: session.id, serverStarted: server.started, panePid: null, created: session.created };
}
