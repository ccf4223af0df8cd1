import { closeSync, fsyncSync, mkdirSync, openSync, readlinkSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { syncFolder } from './sync-folder.ts';

const EMPTY = `# Sessions of AI coding agents, kept true to live tmux by tmux-drift.
# Edit it as you like: comments, order and keys of yours stay. Scripts: flock <this file>.lock
tmux_sessions: []
`;

/**
 * Makes an empty registry (0600, its folder 0700) where there is none; returns whether it did. A file that is there is
 * left alone. At the end of a symlink to nothing the file that it names is made. Throws `EnvironmentError` `write-failed`.
 */
export function createRegistry(path: string): boolean {
  try {
    return create(path);
  } catch (error) {
    if (errnoOf(error) === null || error instanceof EnvironmentError) throw error;
    throw new EnvironmentError('write-failed', `cannot create ${path}: ${errnoOf(error)}`, error);
  }
}

function create(path: string): boolean {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fd = openNew(path);
  // A symlink to nothing: its target is made.
  if (fd === null)
    return statSync(path, { throwIfNoEntry: false }) ? false : create(resolve(folder, readlinkSync(path)));
  try {
    // One write: a reader meets no rows, whether it comes before or after.
    writeSync(fd, EMPTY);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncFolder(folder);
  return true;
}

function openNew(path: string): number | null {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return null;
    throw error;
  }
}
