/**
 * The registry's lock: `flock(2)` on `<registry>.lock`, in common with other people's bash (`flock`) and Python
 * (`fcntl.flock`) scripts.
 *
 * The invariant: whoever holds the lock file's flock may write the registry, nobody else. The lock belongs to the open
 * file that we hold, so it ends with our descriptor, at the latest when we die. The lock file is never removed: whoever
 * waits for the old one and whoever makes a new one would both hold "the" lock.
 * For a registry that is a symlink both names are locked, as given and then the target's: users of either take part.
 */
import { type Lock, type LockFile, locks, realPath } from './held-lock.ts';
import { lockFile } from './lock-file.ts';
import { monotonicMs } from './monotonic.ts';

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
