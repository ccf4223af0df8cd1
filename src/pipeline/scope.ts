import { resolve } from 'node:path';
import type { Row } from '../registry/types.ts';
import type { Environment } from '../settings.ts';
import { addressOfSocket, serverAddress, type TmuxPlace } from '../tmux/address.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** The servers that a run looks at, and the socket that each server label of the registry means. */
export interface ServerScope {
  readonly addresses: readonly ServerAddress[];
  readonly sockets: ReadonlyMap<string, string>;
}

export const tmuxPlace = (env: Environment): TmuxPlace => ({ tmpdir: env.TMUX_TMPDIR, uid: process.getuid?.() ?? 0 });

/** All servers in scope: `default`, `$TMUX_SERVER_NAME`, every one in the registry, and the senders of events. */
export function allServers(rows: readonly Row[], senders: readonly ServerAddress[], env: Environment): ServerScope {
  const place = tmuxPlace(env);
  const named = [
    serverAddress('default', place),
    ...(env.TMUX_SERVER_NAME ? [serverAddress(env.TMUX_SERVER_NAME, place)] : []),
  ];
  const labels = labelSockets(rows, place);
  const distinct = new Map(rows.map(({ server, socket }) => [`${server}\0${socket ?? ''}`, { server, socket }]));
  const ofRows = [...distinct.values()].map(({ server, socket }) =>
    socket === null ? serverAddress(server, place) : addressOfSocket(socket, place),
  );
  const bySocket = new Map<string, ServerAddress>();
  for (const address of [...named, ...senders, ...ofRows]) {
    if (!bySocket.has(address.socket)) bySocket.set(address.socket, address);
  }
  return { addresses: [...bySocket.values()], sockets: labels };
}

/** Only the server that sent an event. */
export const oneServer = (rows: readonly Row[], sender: ServerAddress, env: Environment): ServerScope => ({
  addresses: [sender],
  sockets: labelSockets(rows, tmuxPlace(env)),
});

function labelSockets(rows: readonly Row[], place: TmuxPlace): ReadonlyMap<string, string> {
  return new Map(
    [...new Set(rows.map(({ server }) => server))].map((label) => [label, serverAddress(label, place).socket]),
  );
}

/** The server that this process runs in (`$TMUX` is `socket,pid,session`), else the default one. */
export function ownServer(env: Environment): ServerAddress {
  const socket = env.TMUX?.split(',')[0];
  return socket ? addressOfSocket(resolve(socket), tmuxPlace(env)) : serverAddress('default', tmuxPlace(env));
}
