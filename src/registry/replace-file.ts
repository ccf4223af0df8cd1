/**
 * Replaces a file atomically and durably: after a crash, a full disk or a kill at any moment the path names the whole old
 * file or the whole new one (`facts/reliability.md` §b says against what each step stands).
 *
 * temp file beside the real target (a symlink is kept) → all bytes, counted → owner and mode of the old file → fsync →
 * rename → fsync of the folder. Hard links, ACLs and extended attributes of the old file do not come along.
 */
import {
  accessSync,
  type BigIntStats,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { requireUnchanged, stampOf } from './file-stamp.ts';
import type { Piece } from './piece.ts';
import { isSameContent } from './same-content.ts';
import { sweepTempFiles } from './sweep-temp-files.ts';
import { syncFolder } from './sync-folder.ts';
import { writeTempFile } from './temp-file.ts';
import type { FileStamp } from './types.ts';

export interface ReplaceOptions {
  /** The state of the file that the new content was made from: when the file is in another one now, nothing is written. */
  readonly expected?: FileStamp | null;
  /** Off for what may be lost in a crash: caches. */
  readonly durable?: boolean;
  /** Of a file that was not there. */
  readonly mode?: number;
  /** The caller holds the file's lock: what killed runs left beside it is removed first. */
  readonly locked?: boolean;
}

/**
 * Puts `content` (one buffer, or pieces in their order) in the place of `path`; returns the stamp of the file as it stands
 * then. A file that holds just that is left alone, with its mtime.
 * Throws `EnvironmentError` `write-failed` with the errno, `registry-changed` when `expected` does not fit; then the old
 * file is as it was. Only `write-unsure` comes after the rename: the new file is there, but may not survive a crash.
 */
export function replaceFile(
  path: string,
  content: Uint8Array | readonly Piece[],
  { expected = null, durable = true, mode = 0o600, locked = false }: ReplaceOptions = {},
): FileStamp {
  const pieces = content instanceof Uint8Array ? [content] : content;
  try {
    const target = targetOf(path);
    const old = stateOf(target);
    requireUnchanged(path, old, expected);
    if (old && !old.isFile()) throw failed(path, 'it is not a regular file');
    if (old && isSameContent(target, old, pieces)) return stampOf(old);
    // A rename needs no leave of the file itself; a file that its owner made read-only stays as it is.
    if (old) accessSync(target, constants.W_OK);
    if (locked) sweepTempFiles(target);
    const temp = writeTempFile(target, pieces, old, { durable, mode });
    try {
      requireUnchanged(path, stateOf(target), expected);
      renameSync(temp.path, target);
    } catch (error) {
      unlinkSync(temp.path);
      throw error;
    }
    if (durable) syncFolder(dirname(target));
    return stampBehind(target, temp.stamp);
  } catch (error) {
    throw errnoOf(error) === null || error instanceof EnvironmentError
      ? error
      : failed(path, `${errnoOf(error)}`, error);
  }
}

/** The real file behind symlinks; the path itself when there is nothing yet. */
function targetOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  if (lstatSync(path, { throwIfNoEntry: false })) throw failed(path, 'it is a symlink to nothing');
  return path;
}

const stateOf = (path: string): BigIntStats | undefined => statSync(path, { bigint: true, throwIfNoEntry: false });

/** Renaming changes the ctime. A file that is not ours any more is not what was written: then the stamp fits nothing. */
function stampBehind(target: string, written: FileStamp): FileStamp {
  const now = stateOf(target);
  const isOurs = now?.ino === written.ino && now.mtimeNs === written.mtimeNs && now.size === written.size;
  return now && isOurs ? stampOf(now) : written;
}

function failed(path: string, why: string, cause?: unknown): EnvironmentError {
  const syscall = cause instanceof Error && 'syscall' in cause ? `${cause.syscall}: ` : '';
  return new EnvironmentError('write-failed', `cannot write ${path}: ${syscall}${why}`, cause);
}
