import { EnvironmentError, errnoOf } from '../errors.ts';
import { readIfThere } from '../read-if-there.ts';

/** What a file of the state folder holds; null when there is none. Throws `EnvironmentError` `state-unreadable`. */
export function readStateFile(path: string): string | null {
  try {
    return readIfThere(path)?.toString('utf8') ?? null;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    throw new EnvironmentError('state-unreadable', `cannot read ${path}: ${errno}`, error);
  }
}
