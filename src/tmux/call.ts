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
}

/**
 * One call of the tmux client; answers what it printed. `words` are one command and its arguments, each reaching tmux as it is.
 * Throws `EnvironmentError` `tmux-missing`, `tmux-timeout` (it may have done what was asked) and `tmux-refused`, with tmux's own words.
 */
export function callTmux(address: ServerAddress, words: readonly string[], call: Call): string {
  const { env, input, timeoutMs = 5000 } = call;
  const argv = ['-u', ...address.flags, ...words.map(commandArgument)];
  const { status, stdout, stderr, error } = spawnProcess('tmux', argv, {
    env,
    timeoutMs,
    ...(input === undefined ? {} : { input }),
  });
  if (status === 0) return stdout.toString('utf8');
  const what = `tmux ${words[0]} on ${printable(address.label)}`;
  if (error === 'ENOENT') throw new EnvironmentError('tmux-missing', 'tmux is not on the PATH');
  if (error !== null || status === null)
    throw new EnvironmentError('tmux-timeout', `${what}: no answer within ${timeoutMs / 1000} s`);
  throw new EnvironmentError(
    'tmux-refused',
    `${what}: ${printable(stderr.toString('utf8').trim() || `exit ${status}`)}`,
  );
}
