import { ownServer, tmuxPlace } from '../pipeline/scope.ts';
import type { Environment } from '../settings.ts';
import { serverAddress } from '../tmux/address.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** Where a new session goes: `--server`, else `$TMUX_SERVER_NAME`, else the server that we run in, else the default one. */
export function chooseServer(flag: string | undefined, env: Environment): ServerAddress {
  const label = flag || env.TMUX_SERVER_NAME;
  return label ? serverAddress(label, tmuxPlace(env)) : ownServer(env);
}
