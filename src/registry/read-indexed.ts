import { statSync } from 'node:fs';
import { stampOf } from './file-stamp.ts';
import { stampText } from './index-file.ts';
import { readHead } from './index-head.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import { readStamped } from './read-stamped.ts';

/**
 * The registry through its index, at the price of its active rows. Null when there is no index for the file's very state:
 * then `readRegistry` reads it and `writeIndex` makes one. Under the lock, or it may change while it is used.
 */
export function readIndexed(path: string, indexPath: string): IndexedRegistry | null {
  const head = readHead(indexPath);
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (head === null || head.registry !== path || !now || head.stamp !== stampText(stampOf(now))) return null;
  const file = readStamped(path);
  if (file === null || file === 'too-large' || head.stamp !== stampText(file.stamp)) return null;
  return { path, indexPath, head, ...file, rows: head.rows, identities: head.identities, scanned: new Map() };
}
