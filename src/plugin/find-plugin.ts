import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnProcess } from '../process/spawn.ts';
import type { Environment } from '../settings.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** The tmux plugin, as far as one can see from here. */
export interface Plugin {
  /** Absolute path of its checkout. */
  readonly folder: string;
  /** The binary that the server's hooks run; null: the server has no hooks of ours. */
  readonly hookedBinary: string | null;
}

/** The plugin that a server's hooks belong to, else the one whose `dist` the running binary lies in; null: neither. */
export function findPlugin(address: ServerAddress, env: Environment): Plugin | null {
  return pluginInHooks(readHooks(address, env)) ?? pluginAround(process.execPath);
}

/** All global hooks of a server as tmux prints them; '' when it has none to tell, or is not there. */
export const readHooks = (address: ServerAddress, env: Environment): string =>
  spawnProcess('tmux', ['-u', ...address.flags, 'show-hooks', '-g'], { env, timeoutMs: 2000 }).stdout.toString();

/** plugin.tmux refuses paths with quotes and backslashes, so the quoting here is always the same. Hooks source the front, or run it. */
export function pluginInHooks(hooks: string): Plugin | null {
  const folder = /\\"([^"\\]+?)(?:\/scripts\/event\.sh\\"|\\"; apart=yes; set --) session-/.exec(hooks)?.[1];
  const hookedBinary = /--bin=\\"([^"\\]+)\\"/.exec(hooks)?.[1] ?? null;
  return folder === undefined ? null : { folder, hookedBinary };
}

function pluginAround(program: string): Plugin | null {
  const folder = dirname(dirname(realpathSync(program)));
  return isPlugin(folder) ? { folder, hookedBinary: null } : null;
}

const isPlugin = (folder: string): boolean =>
  ['plugin.tmux', 'scripts/hook.sh', 'package.json'].every((file) => existsSync(join(folder, file)));
