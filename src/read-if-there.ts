import { readFileSync, statSync } from 'node:fs';
import { errnoOf } from './errors.ts';

/** What a file holds; null where there is no file. Looked for first: for Node an error is more work than a small file. Throws as `readFileSync`. */
export function readIfThere(path: string): Buffer | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
