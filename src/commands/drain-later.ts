import { writeSync } from 'node:fs';
import { spawnProcess } from '../process/spawn.ts';
import type { Environment } from '../settings.ts';

/** To scripts/lib/front.sh: start a drain when the lock is free and nobody waits any more. */
const WORD_FOR_FRONT = 'drain\n';

/**
 * Has the broker's queue taken by a process of its own, which nobody waits for. After tmux events the shell front starts it: it holds
 * the registry's lock still, and starts processes for less. At load and on the key there is no front.
 */
export function drainLater(hasFront: boolean, env: Environment): void {
  if (hasFront) {
    writeSync(1, WORD_FOR_FRONT);
    return;
  }
  const script = process.argv[1];
  // In the binary the script is the binary itself.
  const self = script === undefined || script === process.execPath ? [process.execPath] : [process.execPath, script];
  spawnProcess('/bin/sh', ['-c', '"$@" drain --quiet </dev/null >/dev/null 2>&1 &', 'sh', ...self], {
    env: { ...env },
  });
}
