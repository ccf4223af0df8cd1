import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { errnoOf } from '../errors.ts';
import { readAt } from '../read-at.ts';

export interface Head {
  /** At most as many as were asked for. */
  readonly bytes: Buffer;
  readonly mtimeMs: number;
  /** The file is longer than what was read. */
  readonly cut: boolean;
}

/**
 * The first `maxBytes` of an agent's file. Null: it does not exist, is no regular file, or may not be read: either way it says nothing.
 * Never waits (a FIFO in its place would).
 */
export function readHead(path: string, maxBytes: number): Head | null {
  try {
    // Most files that are asked for are not there, and an exception takes longer than all of the reading.
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return null;
      const bytes = readAt(fd, Buffer.allocUnsafe(Math.min(stat.size, maxBytes)), 0);
      return { bytes, mtimeMs: stat.mtimeMs, cut: stat.size > maxBytes };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (SAYS_NOTHING.includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

const SAYS_NOTHING: readonly string[] = [
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ENAMETOOLONG',
  'ENXIO',
  'EISDIR',
];
