import { closeSync, fsyncSync, openSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';

/** Makes a rename in this folder last. Some file systems have no such call; then there is nothing that we could do. */
export function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EINVAL' || errno === 'ENOTSUP') return;
    throw new EnvironmentError(
      'write-unsure',
      `${folder}: the new file is there, but may not survive a crash: ${errno}`,
      error,
    );
  }
}
