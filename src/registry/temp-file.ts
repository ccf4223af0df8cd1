import {
  type BigIntStats,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { stampOf } from './file-stamp.ts';
import { eachOf, lengthOf, type Piece } from './piece.ts';
import type { FileStamp } from './types.ts';

export interface TempFile {
  readonly path: string;
  readonly stamp: FileStamp;
}

/**
 * Writes all pieces into a new file beside `target`, with the owner and mode of `old`, down to the disk where `durable`.
 * Leaves nothing behind when it throws, which is the errno of the step that failed.
 */
export function writeTempFile(
  target: string,
  pieces: readonly Piece[],
  old: BigIntStats | undefined,
  { durable, mode }: { readonly durable: boolean; readonly mode: number },
): TempFile {
  const path = join(dirname(target), tempName(basename(target)));
  const fd = openSync(path, 'wx', 0o600);
  try {
    return { path, stamp: fill(fd, path, pieces, old, { durable, mode }) };
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}

/** `.agents.yaml.4242.k3j9x0.tmp`: hidden, tells whose it is, and cannot be guessed. */
const tempName = (name: string): string => `.${name}.${process.pid}.${Math.random().toString(36).slice(2, 12)}.tmp`;

/** The pid in a temp file's name; null for any other file of the folder. */
export function pidOfTemp(fileName: string, name: string): number | null {
  if (!fileName.startsWith(`.${name}.`)) return null;
  const pid = /^(\d+)\.[a-z0-9]+\.tmp$/.exec(fileName.slice(name.length + 2))?.[1];
  return pid === undefined ? null : Number(pid);
}

function fill(
  fd: number,
  path: string,
  pieces: readonly Piece[],
  old: BigIntStats | undefined,
  { durable, mode }: { readonly durable: boolean; readonly mode: number },
): FileStamp {
  try {
    for (const piece of pieces) eachOf(piece, (bytes) => writeAll(fd, bytes));
    const size = lengthOf(pieces);
    const now = fstatSync(fd, { bigint: true });
    // Some writers lost data to a full disk without a word (write-file-atomic).
    if (now.size !== BigInt(size))
      throw new EnvironmentError('write-failed', `${path}: ${now.size} of ${size} bytes arrived`);
    if (old && (now.uid !== old.uid || now.gid !== old.gid)) fchownSync(fd, Number(old.uid), Number(old.gid));
    fchmodSync(fd, old ? Number(old.mode) & 0o7777 : mode);
    setUniqueTime(fd);
    if (durable) fsyncSync(fd);
    return stampOf(fstatSync(fd, { bigint: true }));
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/**
 * The clock of a file system ticks every few milliseconds, so that a change in place soon after ours could leave size and
 * times as they were. A time between its ticks makes ours one of a kind: any later change is seen.
 */
function setUniqueTime(fd: number): void {
  const seconds = (Date.now() - Math.random()) / 1000;
  futimesSync(fd, seconds, seconds);
}
