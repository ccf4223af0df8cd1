import { checkedText } from './checked-text.ts';
import { parseRegistry } from './parse-registry.ts';
import { MOST_BYTES, readStamped, type StampedBytes } from './read-stamped.ts';
import type { Registry } from './types.ts';
import { missingRegistry, unreadableRegistry } from './unreadable.ts';

/**
 * Reads the whole registry. Throws `UserError` `registry-missing` (exit code 1) and `registry-unreadable` (2), and
 * `EnvironmentError` `read-failed` and `registry-changed` (`readStamped`).
 */
export function readRegistry(path: string): Registry {
  const { bytes, stamp } = readBytes(path);
  return { ...parseRegistry(path, checkedText(path, bytes)), stamp };
}

export function readBytes(path: string): StampedBytes {
  const file = readStamped(path);
  if (file === null) throw missingRegistry(path);
  if (file === 'too-large') {
    throw unreadableRegistry({ path, text: '' }, 0, `larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  }
  return file;
}
