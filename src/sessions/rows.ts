import { tmuxPlace } from '../pipeline/scope.ts';
import { isActive } from '../reconcile/match-rows.ts';
import type { Row } from '../registry/types.ts';
import type { Environment } from '../settings.ts';
import { addressOfSocket, serverAddress } from '../tmux/address.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** The server that a row is on, by the socket that it records, else by its name. */
export const addressOfRow = ({ socket, server }: Row, env: Environment): ServerAddress =>
  socket === null ? serverAddress(server, tmuxPlace(env)) : addressOfSocket(socket, tmuxPlace(env));

/** Names of the active rows of one server. */
export const activeNames = (rows: readonly Row[], address: ServerAddress, env: Environment): ReadonlySet<string> =>
  new Set(
    rows.filter((row) => isActive(row) && addressOfRow(row, env).socket === address.socket).map(({ name }) => name),
  );

/** The same row in a registry that was read again: by its session where it records one, else by its name. */
export const sameRow = (
  rows: readonly Row[],
  { name, sessionId, serverStarted, epoch }: Pick<Row, 'name' | 'sessionId' | 'serverStarted' | 'epoch'>,
): Row | null =>
  rows.findLast(
    (row) =>
      row.name === name && row.sessionId === sessionId && row.serverStarted === serverStarted && row.epoch === epoch,
  ) ?? null;
