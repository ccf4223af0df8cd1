import { readSync } from 'node:fs';
import { isLeaving } from '../tmux/is-leaving.ts';
import { endOf, parseAnswer } from '../tmux/parse-answer.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';

/** An answer is short; more than this is garbage. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Reads the answer from a pipe up to its last line, and does not wait for the pipe's end: a tmux client hands its own end on to the
 * server, and one that hangs keeps it open for as long as it likes, whatever becomes of the client.
 */
export function readFrontAnswer(fd: number): string {
  const piece = Buffer.allocUnsafe(65_536);
  let answer = Buffer.alloc(0);
  for (;;) {
    const count = readSync(fd, piece);
    answer = Buffer.concat([answer, piece.subarray(0, count)]);
    const isWhole = endOf(answer.toString('latin1', answer.length - 8)) !== null;
    if (count === 0 || answer.length > MOST_BYTES || isWhole) return answer.toString('utf8');
  }
}

/** What scripts/event.sh hands over: what the sender's server answered, and the mark that it left in the spool before it asked. */
export interface FrontAnswer {
  readonly server: ServerObservation;
  /** The line of the spool. */
  readonly question: string;
}

/**
 * The mark on the first line, then what tmux printed. Null for a server that is about to leave: nobody would wake us when it is gone, so
 * it is asked again.
 */
export function parseFrontAnswer(sender: ServerAddress, text: string): FrontAnswer | null {
  const end = text.startsWith('asked ') ? text.indexOf('\n') : -1;
  const [question, answer] = [text.slice(0, Math.max(end, 0)), text.slice(end + 1)];
  const server = parseAnswer(sender, answer);
  return isLeaving(server) ? null : { server, question };
}
