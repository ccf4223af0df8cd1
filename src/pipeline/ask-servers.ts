import type { Environment } from '../settings.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';
import type { FrontAnswer } from './front-answer.ts';
import type { SpooledEvent } from './spool.ts';

/**
 * The answer that came along; null when an event has come since: one more question costs less than one more run, and nobody would start
 * that, since who sent the event has met our gate.
 */
export function latestAnswer(answer: FrontAnswer | null, spooled: readonly SpooledEvent[]): FrontAnswer | null {
  if (answer === null) return null;
  const { socket } = answer.server.address;
  const last = spooled.findLast((event) => event.socket === socket);
  return last?.kind === 'asked' && last.question === answer.question ? answer : null;
}

/** The sender's own answer is taken where it came along; all others are asked now. */
export function observeAll(
  addresses: readonly ServerAddress[],
  answer: FrontAnswer | null,
  env: Environment,
): readonly ServerObservation[] {
  const asked = observe(
    addresses.filter(({ socket }) => socket !== answer?.server.address.socket),
    env,
  );
  const bySocket = new Map(
    [...asked, ...(answer ? [answer.server] : [])].map((server) => [server.address.socket, server]),
  );
  return addresses.flatMap(({ socket }) => bySocket.get(socket) ?? []);
}
