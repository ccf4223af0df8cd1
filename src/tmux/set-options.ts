import { spawnProcess } from '../process/spawn.ts';
import type { ServerAddress } from './types.ts';

/** Sets global user options of one server in one call, which redraws its clients. A server that is gone by now needs none. */
export function setOptions(
  address: ServerAddress,
  values: readonly (readonly [string, string])[],
  env: NodeJS.ProcessEnv,
): void {
  if (values.length === 0) return;
  const commands = values
    .flatMap(([name, value]) => ['set-option', '-g', name, commandArgument(value), ';'])
    .slice(0, -1);
  spawnProcess('tmux', ['-u', ...address.flags, ...commands], { env, timeoutMs: 2000 });
}

/** tmux takes a `;` at the end of an argument for the end of the command. */
export const commandArgument = (value: string): string => (value.endsWith(';') ? `${value.slice(0, -1)}\\;` : value);
