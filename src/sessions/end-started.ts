import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import { killSession } from '../tmux/kill-session.ts';
import type { Started } from './start-session.ts';

/** Ends a session that we started ourselves. Null, or what is left of it, in words. */
export function endStarted({ server, session }: Started, env: Environment): string | null {
  const { id, created, name } = session;
  const ended = killSession(
    server.address,
    { sessionId: id, created, serverStarted: server.started, panePid: null, name },
    env,
  );
  if (typeof ended !== 'object') return null;
  return `session ${printable(name)} on ${printable(server.address.label)} (${ended.failed})`;
}
