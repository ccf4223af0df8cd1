import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Whoever may write to the registry decides which sessions are recorded as ours and which commands people paste. What is wrong with who
 * may, in one line for people; null when only its owner, who is the user, may.
 */
export function accessWarning(path: string): string | null {
  const file = statSync(path);
  const folder = statSync(dirname(path));
  const uid = process.getuid?.();
  const why =
    file.uid !== uid
      ? `it belongs to user ${file.uid}`
      : file.mode & 0o002
        ? 'everybody may write to it'
        : file.mode & 0o020
          ? 'its group may write to it'
          : (folder.mode & 0o1002) === 0o002
            ? 'everybody may replace it: its folder is open to all'
            : null;
  return why && `warning: ${path} can be changed by others: ${why}. Next step: chmod go-w\n`;
}
