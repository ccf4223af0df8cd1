import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { readAt } from '../read-at.ts';
import { sameStamp, stampOf } from './file-stamp.ts';
import type { FileStamp } from './types.ts';

export interface StampedBytes {
  readonly bytes: Buffer;
  readonly stamp: FileStamp;
}

/** A registry of 10,000 rows has 8 MB. */
export const MOST_BYTES = 64 * 1024 * 1024;

/**
 * All bytes of a regular file together with the state of the file that they belong to; `most`: bytes.
 * Null when there is no such file. Throws `EnvironmentError` `read-failed`, or `registry-changed` when somebody keeps
 * rewriting it in place while we read.
 */
export function readStamped(path: string, most = MOST_BYTES): StampedBytes | 'too-large' | null {
  const fd = open(path);
  if (fd === null) return null;
  try {
    let before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) throw new EnvironmentError('read-failed', `cannot read ${path}: not a regular file`);
    for (let attempt = 0; attempt < 3; attempt++) {
      if (before.size > most) return 'too-large';
      const bytes = readAll(fd, before);
      const after = fstatSync(fd, { bigint: true });
      if (sameStamp(stampOf(before), stampOf(after))) return { bytes, stamp: stampOf(after) };
      before = after;
    }
    throw new EnvironmentError('registry-changed', `${path} changes while it is read: run again`);
  } catch (error) {
    if (errnoOf(error) === null || error instanceof EnvironmentError) throw error;
    throw new EnvironmentError('read-failed', `cannot read ${path}: ${errnoOf(error)}`, error);
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number | null {
  try {
    // Not blocking: a FIFO in the registry's place would hold us for ever.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new EnvironmentError('read-failed', `cannot read ${path}: ${errnoOf(error)}`, error);
  }
}

const readAll = (fd: number, { size }: BigIntStats): Buffer => readAt(fd, Buffer.allocUnsafeSlow(Number(size)), 0);
