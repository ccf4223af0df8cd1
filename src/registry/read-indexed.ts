import { statSync } from 'node:fs';
import { PagedFile } from './file-bytes.ts';
import { stampOf } from './file-stamp.ts';
import { stampText } from './index-file.ts';
import { readHead } from './index-head.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import { MOST_BYTES } from './read-stamped.ts';

/**
 * The registry through its index, at the price of its active rows. Null when there is no index for the file's very state:
 * then `readRegistry` reads it and `writeIndex` makes one. Under the lock, or it may change while it is used.
 */
export function readIndexed(path: string, indexPath: string): IndexedRegistry | null {
  const head = readHead(indexPath);
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (head === null || head.registry !== path || !now) return null;
  const stamp = stampOf(now);
  if (head.stamp !== stampText(stamp)) return null;
  const bytes = new PagedFile(path, stamp);
  if (bytes.length > MOST_BYTES) return null;
  return { path, indexPath, head, bytes, stamp, rows: head.rows, identities: head.identities, scanned: new Map() };
}
