import { realpathSync } from 'node:fs';
import { errnoOf } from '../errors.ts';

/** A path without symlinks; as given when it cannot be followed (the folder is gone by now: its name still leads to the conversation). */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return path;
    throw error;
  }
}
