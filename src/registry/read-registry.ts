import { checkedText } from './checked-text.ts';
import { parseRegistry } from './parse-registry.ts';
import { readStamped } from './read-stamped.ts';
import type { Registry } from './types.ts';
import { missingRegistry, unreadableRegistry } from './unreadable.ts';

const MIB = 1024 * 1024;
const MOST_BYTES = 64 * MIB;

/**
 * Reads the whole registry. Throws `UserError` `registry-missing` (exit code 1) and `registry-unreadable` (2), and
 * `EnvironmentError` `read-failed` and `registry-changed` (`readStamped`).
 */
export function readRegistry(path: string): Registry {
  const file = readStamped(path, MOST_BYTES);
  if (file === null) throw missingRegistry(path);
  if (file === 'too-large') throw unreadableRegistry({ path, text: '' }, 0, `larger than ${MOST_BYTES / MIB} MiB`);
  return { ...parseRegistry(path, checkedText(path, file.bytes)), stamp: file.stamp };
}
