import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { heldLockFile, isStill, type LockFile } from './held-lock.ts';
import { monotonicMs } from './monotonic.ts';
import { lockTimeout, pause, takeFlock } from './take-flock.ts';

/**
 * Locks `<path>.lock` until `deadline` (`monotonicMs()`), made when it is not there. Null when that is the file that
 * `held` holds already: two descriptors of one process shut each other out.
 */
export function lockFile(path: string, deadline: number, held: LockFile): LockFile | null;
export function lockFile(path: string, deadline: number): LockFile;
export function lockFile(path: string, deadline: number, held?: LockFile): LockFile | null {
  const lockPath = `${path}.lock`;
  if (held && isStill(held.fd, lockPath)) return null;
  for (;;) {
    const fd = lockedDescriptor(lockPath, deadline);
    if (isStill(fd, lockPath)) return heldLockFile(fd);
    // Somebody removed the file that we waited for: its lock excludes nobody any more.
    closeSync(fd);
  }
}

function lockedDescriptor(lockPath: string, deadline: number): number {
  const locked = process.platform === 'darwin' ? openLocked(lockPath, deadline) : null;
  if (locked !== null) return locked;
  const fd = openLockFile(lockPath);
  try {
    takeFlock(fd, lockPath, deadline);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** open(2) of macOS: "atomically obtain an exclusive lock"; Node has no name for the flag. On Linux its bit means nothing. */
const O_EXLOCK = 0x20;

/** Null where the file system cannot do it. */
function openLocked(lockPath: string, deadline: number): number | null {
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    try {
      return openLockFile(lockPath, O_EXLOCK);
    } catch (error) {
      const errno = errnoOf(error instanceof Error ? error.cause : null);
      if (errno === 'ENOTSUP' || errno === 'EOPNOTSUPP') return null;
      if (errno !== 'EAGAIN') throw error;
    }
    if (monotonicMs() + pauseMs > deadline) throw lockTimeout(lockPath);
    pause(pauseMs);
  }
}

/** Not truncated, not followed when a symlink, not waited for when a FIFO. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  constants.O_NOCTTY;

function openLockFile(lockPath: string, more = 0): number {
  let fd: number;
  try {
    fd = openSync(lockPath, FLAGS | more, 0o600);
  } catch (error) {
    throw refused(lockPath, errnoOf(error) === 'ELOOP' ? 'it is a symlink' : `${errnoOf(error)}`, error);
  }
  const stat = fstatSync(fd);
  if (stat.isFile() && stat.uid === process.geteuid?.()) return fd;
  closeSync(fd);
  throw refused(lockPath, stat.isFile() ? 'it belongs to somebody else' : 'it is not a regular file');
}

const refused = (lockPath: string, why: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError('lock-refused', `cannot lock with ${lockPath}: ${why}`, cause);
