/**
 * The registry's lock: `flock(2)` on `<registry>.lock`, in common with other people's bash (`flock`) and Python
 * (`fcntl.flock`) scripts.
 *
 * The invariant: whoever holds the lock file's flock may write the registry, nobody else. The lock belongs to the open
 * file that we hold, so it ends with our descriptor, at the latest when we die. The lock file is never removed: whoever
 * waits for the old one and whoever makes a new one would both hold "the" lock.
 * For a registry that is a symlink both names are locked, as given and then the target's: users of either take part.
 */
import { realpathSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { type LockFile, lockFile } from './lock-file.ts';
import { monotonicMs } from './monotonic.ts';
import { missingRegistry } from './unreadable.ts';

export interface Lock {
  /** May be called twice. */
  release(): void;
}

export interface LockOptions {
  /** How long to wait for others, milliseconds. */
  readonly waitMs?: number;
}

/** A run asks tmux under the lock, and a hung server takes its 2 seconds of that. */
const PATIENCE_MS = 10_000;

/**
 * Waits for the lock. Throws `UserError` `registry-missing`, `EnvironmentError` `lock-timeout`, `no-flock` (there is no way
 * to lock on this machine) and `lock-refused` (the lock file is not one).
 */
export function lockRegistry(path: string, { waitMs = PATIENCE_MS }: LockOptions = {}): Lock {
  const deadline = monotonicMs() + waitMs;
  const target = realPath(path);
  const own = lockFile(path, deadline);
  return locks(own, () => alsoTarget(path, target, own, deadline));
}

/** Adds the target's lock to the one that is held on the path as given. */
export function alsoTarget(path: string, target: string, held: LockFile, deadline: number): LockFile | null {
  return target === path ? null : lockFile(target, deadline, held);
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
