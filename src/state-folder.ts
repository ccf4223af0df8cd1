import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { EnvironmentError } from './errors.ts';

/**
 * Makes sure that the state folder is there and is ours alone (0700): what lies in it decides what is repaired and which sessions end.
 * One that others may write to, or that is not ours, is refused; one that others may only read is closed.
 */
export function ensureStateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = statSync(path);
  refuseUnlessOurs(path, stat);
  if (stat.mode & 0o077) chmodSync(path, 0o700);
}

function refuseUnlessOurs(path: string, stat: { uid: number; mode: number; isDirectory(): boolean }): void {
  const uid = process.getuid?.();
  const why = !stat.isDirectory()
    ? 'it is not a folder'
    : stat.uid !== uid
      ? `it belongs to user ${stat.uid}`
      : stat.mode & 0o022
        ? 'others may write to it'
        : null;
  if (why)
    throw new EnvironmentError(
      'unsafe-state-folder',
      `state folder ${path} is not safe: ${why}. Next step: chmod 700 it, or set AGENT_SESSIONS_STATE_DIR to a folder of your own`,
    );
}
