import { SingleBar } from 'cli-progress';
import { isTerminal } from '../io.ts';

export interface Progress {
  step(): void;
  end(): void;
}

/** A bar on stderr while several things are under way; nothing at all where stderr is no terminal, or there is only one. */
export function progress(what: string, total: number): Progress {
  if (total < 2 || !isTerminal(2)) return { step: () => {}, end: () => {} };
  const bar = new SingleBar({
    format: `${what} [{bar}] {value}/{total}`,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
