import { EnvironmentError } from '../errors.ts';
import { spawnProcess } from '../process/spawn.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import { commandArgument } from './set-options.ts';
import type { ServerAddress } from './types.ts';

export interface Call {
  readonly env: Environment;
  /** Bytes for tmux's stdin: `load-buffer -`. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** A second command, right behind the first; whether it succeeds does not matter. */
  readonly next?: readonly string[];
}

/**
 * One call of the tmux client; answers what it printed. `words` are one command and its arguments, each reaching tmux as it is.
 * Throws `EnvironmentError` `tmux-missing`, `tmux-timeout` (it may have done what was asked) and `tmux-refused`, with tmux's own words.
 */
export function callTmux(address: ServerAddress, words: readonly string[], call: Call): string {
  const { env, input, timeoutMs = 5000, next } = call;
  const second = next === undefined ? [] : [';', ...next.map(commandArgument)];
  const { status, stdout, stderr, error } = spawnProcess(
    'tmux',
    ['-u', ...address.flags, ...words.map(commandArgument), ...second],
    { env, timeoutMs, ...(input === undefined ? {} : { input }) },
  );
  const said = stdout.toString('utf8');
  // What the first command printed, it did.
  if (status === 0 || (next !== undefined && said !== '')) return said;
  const what = `tmux ${words[0]} on ${printable(address.label)}`;
  if (error === 'ENOENT') throw new EnvironmentError('tmux-missing', 'tmux is not on the PATH');
  if (error !== null || status === null)
    throw new EnvironmentError('tmux-timeout', `${what}: no answer within ${timeoutMs / 1000} s`);
  const why = printable(stderr.toString('utf8').trim() || `exit ${status}`);
  throw new EnvironmentError('tmux-refused', `${what}: ${why}`);
}
