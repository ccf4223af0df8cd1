import { fstatSync, readFileSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { part } from '../parts.ts';
import { heldLockFile, isStill, type Lock, locks, realPath } from './held-lock.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * Takes over the registry's lock from the shell that started us: it did `flock` on descriptor `fd` and left it open.
 * Throws `EnvironmentError` `lock-not-held` when that is not so; for a registry that is a symlink also what `lockRegistry`
 * throws.
 */
export function adoptLock(fd: number, path: string): Lock {
  const target = realPath(path);
  const lockPath = `${path}.lock`;
  if (!isOpenFile(fd) || !isStill(fd, lockPath) || !holdsLock(fd)) {
    throw new EnvironmentError('lock-not-held', `descriptor ${fd} does not hold the lock of ${lockPath}`);
  }
  const own = heldLockFile(fd);
  return locks(own, () =>
    target === path ? null : part('rare').alsoTarget(path, target, own, monotonicMs() + WAIT_MS),
  );
}

const WAIT_MS = 10_000;

function isOpenFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch (error) {
    if (errnoOf(error) === 'EBADF') return false;
    throw error;
  }
}

/** Linux tells which locks an open file holds, proc(5); elsewhere the shell is taken at its word. */
function holdsLock(fd: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return /^lock:.*\bFLOCK\b.*\bWRITE\b/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'));
  } catch (error) {
    // A container without /proc.
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}
