import { accessSync, constants, statSync } from 'node:fs';
import { errnoOf, UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';

export function checkFolder(cwd: string): void {
  const why = whyNoFolder(cwd);
  if (why) throw new UserError('bad-cwd', `cannot start in ${printable(cwd)}: ${why}`);
}

/** Null when a session can be started there. tmux itself would silently start in another folder. */
export function whyNoFolder(cwd: string): string | null {
  try {
    if (!statSync(cwd).isDirectory()) return 'it is not a folder';
    accessSync(cwd, constants.X_OK);
    return null;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return errno === 'ENOENT' ? 'the folder is gone' : errno;
  }
}
