import { readdirSync, statSync } from 'node:fs';
import { errnoOf } from '../errors.ts';

/** Names in a folder; none when it is not there. Throws what else goes wrong (EACCES …): an error is not absence. */
export function listFolder(path: string): readonly string[] {
  try {
    // Most folders that are asked for are not there, and an exception takes longer than the listing.
    return statSync(path, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** The same where an unreadable folder is as good as none: when looking for hints, not for absence. */
export function listReadable(path: string): readonly string[] {
  try {
    return listFolder(path);
  } catch (error) {
    if (errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM') return [];
    throw error;
  }
}
