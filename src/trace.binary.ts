/**
 * First thing in the binary. With TMUX_DRIFT_TRACE set, the run ends with one line of JSON on stderr: what became of
 * the code caches, and which modules of Node were loaded on the way. Parts named in it (`yaml,cli`) are loaded first.
 * The build checks by it that caches hold and that the event path stays small.
 */
import { writeSync } from 'node:fs';
import { cacheRejected, part } from './parts.binary.ts';
import type { Parts } from './parts.ts';

/** There since always, documented never: all modules loaded so far; and the exit that skips the `exit` event. */
const internals = process as unknown as { moduleLoadList: string[]; reallyExit: (code?: number) => never };

if (process.env.TMUX_DRIFT_TRACE !== undefined) trace(process.env.TMUX_DRIFT_TRACE);

function trace(names: string): void {
  const before = new Set(internals.moduleLoadList);
  const report = () => {
    const modules = internals.moduleLoadList.filter((module) => !before.has(module));
    writeSync(2, `${JSON.stringify({ cacheRejected, modules })}\n`);
  };
  const { reallyExit } = internals;
  internals.reallyExit = (code) => {
    process.off('exit', report);
    report();
    return reallyExit.call(process, code);
  };
  process.on('exit', report);
  for (const name of names.split(',')) if (name) part(name as keyof Parts);
}
