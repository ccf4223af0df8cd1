import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { pidOfTemp } from './temp-file.ts';

const OLD_MS = 60 * 60 * 1000;

/**
 * Removes what runs that were killed left beside a file (the real one, not a symlink to it). The caller holds the file's lock: then no run of ours is at work
 * on it, but one may be without the lock (on a file that has none), so a living process keeps its temp file for an hour.
 */
export function sweepTempFiles(target: string): void {
  sweep(dirname(target), (name) => pidOfTemp(name, basename(target)));
}

/** The same for all files of a folder that is ours. */
export function sweepFolder(folder: string): void {
  sweep(folder, (name) => pidOfTemp(name, /^\.(.+)\.\d+\.[a-z0-9]+\.tmp$/.exec(name)?.[1] ?? ''));
}

function sweep(folder: string, pidOf: (name: string) => number | null): void {
  for (const name of readdirSync(folder)) {
    const pid = pidOf(name);
    if (pid !== null && (!isAlive(pid) || isOld(join(folder, name)))) remove(join(folder, name));
  }
}

/** Our own pid: somebody else's before us. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

function isOld(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs < Date.now() - OLD_MS;
}

/** Not ours to remove, or gone: no reason to fail a run. */
const HARMLESS: ReadonlySet<string | null> = new Set(['ENOENT', 'EPERM', 'EACCES', 'EROFS']);

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!HARMLESS.has(errnoOf(error))) throw error;
  }
}
