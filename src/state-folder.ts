import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { EnvironmentError } from './errors.ts';

/**
 * Makes sure that the state folder is there and is ours alone (0700): what lies in it decides what is repaired and which sessions end.
 * One that others may write to, or that is not ours, is refused; one that others may only read is closed. A symlink of ours is followed,
 * not one that somebody else has laid.
 */
export function ensureStateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = statSync(path);
  refuse(path, symlinkOfOthers(path) ?? unsafeBecause(stat));
  if (stat.mode & 0o077) chmodSync(path, 0o700);
}

/** Why a folder is not safe to keep state in; null: it is. */
export function unsafeBecause(stat: FolderFacts): string | null {
  if (!stat.isDirectory()) return 'it is not a folder';
  if (stat.uid !== process.getuid?.()) return `it belongs to user ${stat.uid}`;
  return stat.mode & 0o022 ? 'others may write to it' : null;
}

interface FolderFacts {
  readonly uid: number;
  readonly mode: number;
  isDirectory(): boolean;
}

function symlinkOfOthers(path: string): string | null {
  const link = lstatSync(path);
  return link.isSymbolicLink() && link.uid !== process.getuid?.() ? `it is a symlink of user ${link.uid}` : null;
}

function refuse(path: string, why: string | null): void {
  if (why)
    throw new EnvironmentError(
      'unsafe-state-folder',
      `state folder ${path} is not safe: ${why}. Next step: chmod 700 it, or set AGENT_SESSIONS_STATE_DIR to a folder of your own`,
    );
}
