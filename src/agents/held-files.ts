/**
 * What a live process holds, as the kernel says (Linux): its flocks from /proc/locks, which everyone may read, and its open files from
 * /proc/<pid>/fd, which its own user may. A lock file's existence or age says nothing: agents never remove them, SIGKILL leaves them.
 */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { listFolder, listReadable } from './list-folder.ts';

/** Names of the files in `folder` (a real path) on which the process holds an flock. Null: that cannot be told on this machine. */
export function flocked(pid: number, folder: string): readonly string[] | null {
  const inodes = flockedInodes(pid);
  if (inodes === null || inodes.size === 0) return inodes && [];
  const prefix = `${folder}/`;
  const open = openFiles(pid)
    ?.filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
  const names = new Set(open ?? listReadable(folder));
  return [...names].filter((name) => inodes.has(statSync(join(folder, name), { throwIfNoEntry: false })?.ino ?? -1));
}

/** Paths of the process's open files; null when they may not be read, or on another system. */
export function openFiles(pid: number): readonly string[] | null {
  const folder = `/proc/${pid}/fd`;
  try {
    return process.platform === 'linux' ? listFolder(folder).flatMap((fd) => targetOf(join(folder, fd))) : null;
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

/** Lines like `12: FLOCK  ADVISORY  WRITE 4242 08:01:131092 0 EOF`; one with `->` only waits. Inodes alone: btrfs and overlays show another device. */
function flockedInodes(pid: number): ReadonlySet<number> | null {
  try {
    const held = readFileSync('/proc/locks', 'utf8').matchAll(
      /^\d+: FLOCK +\S+ +\S+ (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /gm,
    );
    return new Set([...held].filter(([, holder]) => Number(holder) === pid).map(([, , inode]) => Number(inode)));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || isRefused(error)) return null;
    throw error;
  }
}

/** Closed meanwhile: none. */
function targetOf(link: string): readonly string[] {
  try {
    return [readlinkSync(link)];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return [];
    throw error;
  }
}

const isRefused = (error: unknown): boolean => errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM';
