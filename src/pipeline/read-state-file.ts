import { readFileSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';

/** What a file of the state folder holds; null when there is none. Throws `EnvironmentError` `state-unreadable`. */
export function readStateFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null;
    if (errno === null) throw error;
    throw new EnvironmentError('state-unreadable', `cannot read ${path}: ${errno}`, error);
  }
}
