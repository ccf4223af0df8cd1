import { spawnProcess } from '../process/spawn.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import { literal } from './literal.ts';
import { commandArgument } from './set-options.ts';
import type { ServerAddress } from './types.ts';

/** Longer than tmux's usual 750 ms: a person reads this. */
const SHOWN_MS = '5000';

/** Shows a line to a client. tmux takes it for a format and for a time's (`%H`): the names in it are other people's text. A client that is gone reads nothing. */
export function showMessage(server: ServerAddress, client: string, message: string, env: Environment): void {
  const text = literal(printable(`tmux-drift: ${message}`)).replaceAll('%', '%%');
  const words = ['display-message', '-c', client, '-d', SHOWN_MS, commandArgument(text)];
  spawnProcess('tmux', ['-u', ...server.flags, ...words], { env, timeoutMs: 2000 });
}
