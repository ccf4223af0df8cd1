import { isLeaving } from '../tmux/is-leaving.ts';
import { parseAnswer } from '../tmux/parse-answer.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';

/** What scripts/event.sh hands over: what the sender's server answered, and which events waited before it was asked. */
export interface FrontAnswer {
  readonly server: ServerObservation;
  /** Names of spool files. Only these are forgotten after the run: see `handledEvents`. */
  readonly waiting: ReadonlySet<string>;
}

/**
 * A line `W <name> <name> …`, then what tmux printed. Null for a server that is about to leave: nobody would wake us when it is gone, so
 * it is asked again.
 */
export function parseFrontAnswer(sender: ServerAddress, text: string): FrontAnswer | null {
  const [, names = '', answer = text] = /^W ([^\n]*)\n([\s\S]*)$/.exec(text) ?? [];
  const server = parseAnswer(sender, answer);
  return isLeaving(server) ? null : { server, waiting: new Set(names.split(' ')) };
}
