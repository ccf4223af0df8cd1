import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ServerAddress } from './types.ts';

/** Environment and user that decide where tmux keeps its sockets. */
export interface TmuxPlace {
  readonly tmpdir: string | undefined;
  readonly uid: number;
}

/**
 * The server that a label means: `default` and `-L` names live in tmux's own socket folder, a path (contains `/`) is itself.
 * Labels come from the registry, so they travel as separate arguments and are never parsed by a shell.
 */
export function serverAddress(label: string, place: TmuxPlace): ServerAddress {
  if (label.includes('/')) return { label, socket: canonical(label), flags: ['-S', label] };
  const folder = join(socketRoot(place.tmpdir), `tmux-${place.uid}`);
  return { label, socket: join(folder, label), flags: ['-L', label] };
}

/** The server behind a socket path, called by its `-L` name where it has one: `default`, not `/tmp/tmux-1000/default`. */
export function addressOfSocket(socket: string, place: TmuxPlace): ServerAddress {
  const named = serverAddress(basename(socket), place);
  return named.socket === canonical(socket)
    ? named
    : { label: socket, socket: canonical(socket), flags: ['-S', socket] };
}

/** tmux takes `$TMUX_TMPDIR`, or where that does not exist `/tmp`, silently (expand_paths in tmux.c). */
const socketRoot = (tmpdir: string | undefined): string => realpath(tmpdir && existsSync(tmpdir) ? tmpdir : '/tmp');

const canonical = (path: string): string => join(realpath(dirname(path)), basename(path));

/** The path itself where it does not exist: a server that is gone still has an address. */
function realpath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
