import { EnvironmentError, UserError } from '../../errors.ts';
import { readStamped, type StampedBytes } from '../../registry/read-stamped.ts';
import { printable } from '../../render/printable.ts';

/** Settings of an agent are pages of text; anything larger is not one. */
const SETTINGS_CAP = 4_194_304;

export interface SettingsFile {
  readonly path: string;
  /** Null: the file does not exist. */
  readonly found: { readonly text: string; readonly stamp: StampedBytes['stamp'] } | null;
}

/**
 * An agent's settings as they are. Throws `UserError` `settings-unreadable` for whatever is no JSON object: such a file is not ours
 * to write. An empty file is as good as none. A byte order mark is no JSON either, and agents differ in whether they skip it.
 */
export function readSettings(path: string): SettingsFile {
  const read = readStamped(path, SETTINGS_CAP);
  if (read === null) return { path, found: null };
  if (read === 'too-large') throw unreadable(path, `larger than ${SETTINGS_CAP} bytes`);
  const text = decode(path, read.bytes);
  if (text.trim() !== '') requireObject(path, text);
  return { path, found: { text, stamp: read.stamp } };
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw unreadable(path, 'not UTF-8');
    throw error;
  }
}

function requireObject(path: string, text: string): void {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unreadable(path, 'not a JSON object');
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(path, printable(error.message));
    throw error;
  }
}

const unreadable = (path: string, reason: string): UserError =>
  new UserError('settings-unreadable', `cannot read ${printable(path)}: ${reason}. Mend it first: nothing was written`);

/** Is that failure about the file's content, so that a check can report it? */
export const isUnreadable = (error: unknown): error is Error =>
  (error instanceof UserError && error.code.startsWith('settings-')) || error instanceof EnvironmentError;
