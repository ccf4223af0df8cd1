/** What holding the registry's lock is, however it was taken. */
import { closeSync, fstatSync, realpathSync, statSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { missingRegistry } from './unreadable.ts';

export interface Lock {
  /** May be called twice. */
  release(): void;
}

/** A locked lock file. */
export interface LockFile extends Lock {
  readonly fd: number;
}

export function heldLockFile(fd: number): LockFile {
  let open = true;
  return {
    fd,
    release() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** Is the open file the one that the path names? */
export function isStill(fd: number, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  const own = fstatSync(fd);
  return now !== undefined && now.ino === own.ino && now.dev === own.dev;
}

/** Both are held, or none. */
export function locks(own: LockFile, second: () => LockFile | null): Lock {
  let other: LockFile | null = null;
  try {
    other = second();
  } catch (error) {
    own.release();
    throw error;
  }
  return {
    release() {
      other?.release();
      own.release();
    },
  };
}

/** Throws `registry-missing` also for a symlink to nothing. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw missingRegistry(path);
    throw new EnvironmentError('read-failed', `cannot read ${path}: ${errnoOf(error)}`, error);
  }
}
