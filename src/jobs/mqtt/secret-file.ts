import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { EnvironmentError, errnoOf, UserError } from '../../errors.ts';

const LARGEST_BYTES = 1024 * 1024;

/** Reads a file that holds a secret: refused when anybody but its owner could have read it. `what` names it in messages. */
export const readSecretFile = (path: string, what: string): Buffer => read(path, what, true);

/** Reads a file that anybody may read: certificates. */
export const readPlainFile = (path: string, what: string): Buffer => read(path, what, false);

function read(path: string, what: string, secret: boolean): Buffer {
  const fd = open(path, what);
  try {
    const { mode, uid, size } = fstatSync(fd);
    if (secret && uid !== process.getuid?.() && uid !== 0)
      throw new UserError('unsafe-secret', `${what} ${path} belongs to user ${uid}`);
    if (secret && mode & 0o077) {
      throw new UserError(
        'unsafe-secret',
        `${what} ${path} may be read by others (mode ${(mode & 0o777).toString(8)}). Next step: chmod 600 it`,
      );
    }
    if (size > LARGEST_BYTES) throw new UserError('bad-secret', `${what} ${path} is larger than 1 MiB`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function open(path: string, what: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new EnvironmentError('read-failed', `cannot read ${what} ${path}: ${errnoOf(error)}`, error);
  }
}
