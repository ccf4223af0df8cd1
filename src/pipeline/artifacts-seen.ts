import { join } from 'node:path';
import type { World } from '../reconcile/types.ts';
import { replaceFile } from '../registry/replace-file.ts';
import { readStateFile } from './read-state-file.ts';

const path = (stateDir: string): string => join(stateDir, 'artifacts-seen');

/** The oldest are forgotten beyond this many: an id that was not looked at for so long belongs to no running row. */
const MOST = 2000;

/**
 * Keys of artifacts (`artifactKey`, one a line) that some run saw on disk. It tells a conversation that has vanished (drift D) from one
 * whose file was never written. Deleting the file costs only that: a vanished one counts as pending until it is seen again.
 */
export const readArtifactsSeen = (stateDir: string): ReadonlySet<string> =>
  new Set((readStateFile(path(stateDir)) ?? '').split('\n').filter(Boolean));

/** Adds what this run saw; writes only when there is something new. */
export function rememberArtifacts(stateDir: string, { artifacts, seen }: World): void {
  const found = [...artifacts].flatMap(([key, { state }]) => (state === 'present' && !seen.has(key) ? [key] : []));
  if (found.length === 0) return;
  const keys = [...seen, ...found].slice(-MOST);
  replaceFile(path(stateDir), Buffer.from(`${keys.join('\n')}\n`), { locked: true });
}
