import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { World } from '../reconcile/types.ts';
import { replaceFile } from '../registry/replace-file.ts';

const path = (stateDir: string): string => join(stateDir, 'artifacts-seen');

/** The oldest are forgotten beyond this many: an id that was not looked at for so long belongs to no running row. */
const MOST = 2000;

/**
 * Keys of artifacts (`artifactKey`, one a line) that some run saw on disk. It tells a conversation that has vanished (drift D) from one
 * whose file was never written. Deleting the file costs only that: a vanished one counts as pending until it is seen again.
 */
export function readArtifactsSeen(stateDir: string): ReadonlySet<string> {
  try {
    return new Set(readFileSync(path(stateDir), 'utf8').split('\n').filter(Boolean));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return new Set();
    throw error;
  }
}

/** Adds what this run saw; writes only when there is something new. */
export function rememberArtifacts(stateDir: string, { artifacts, seen }: World): void {
  const found = [...artifacts].flatMap(([key, { state }]) => (state === 'present' && !seen.has(key) ? [key] : []));
  if (found.length === 0) return;
  const keys = [...seen, ...found].slice(-MOST);
  replaceFile(path(stateDir), Buffer.from(`${keys.join('\n')}\n`));
}
