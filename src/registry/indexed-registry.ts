import { EnvironmentError } from '../errors.ts';
import { decodeRow } from './decode-row.ts';
import type { FileBytes } from './file-bytes.ts';
import type { IndexHead } from './index-file.ts';
import { dropHead } from './index-head.ts';
import { scanRow } from './scan-tree.ts';
import type { Node } from './tree.ts';
import type { FileStamp, Identity, Row, RowPlace } from './types.ts';

/** A registry of which only the active rows were read. Places of its rows are byte offsets. */
export interface IndexedRegistry {
  readonly path: string;
  readonly indexPath: string;
  readonly head: IndexHead;
  readonly bytes: FileBytes;
  readonly stamp: FileStamp;
  /** Neither terminated nor archived. */
  readonly rows: readonly Row[];
  readonly identities: readonly Identity[];
  /** Rows that were scanned so far, by their start: the journal and the edit want the same ones. */
  readonly scanned: Map<number, Node | null>;
  /** Content of the names file, while the index is not on disk. */
  readonly unsavedNames?: string;
}

export const textAt = ({ bytes }: IndexedRegistry, { start, end }: RowPlace): string =>
  bytes.slice(start, end).toString('utf8');

/** The row at a place that the index gave, as the scanner reads it. Throws `registry-changed` when there is none. */
export function nodeAt(registry: IndexedRegistry, place: RowPlace): Node {
  const node = scanAt(registry, place);
  if (node === null) throw staleIndex(registry);
  return node;
}

function scanAt(registry: IndexedRegistry, place: RowPlace): Node | null {
  const known = registry.scanned.get(place.start);
  if (known !== undefined) return known;
  const text = textAt(registry, place);
  const node = scanRow(text, 0, text.length, registry.head.indent);
  registry.scanned.set(place.start, node);
  return node;
}

/** The row at a place that the index gave; null when it does not stand there. */
export function rowAt(registry: IndexedRegistry, index: number, place: RowPlace): Row | null {
  const node = scanAt(registry, place);
  const row = node && decodeRow(node, index, place);
  return row === null || 'reason' in row ? null : row;
}

/** The index is not what the file says (a bug, or somebody set times back): away with it, and once more from the file. */
export function staleIndex({ path, indexPath }: IndexedRegistry): EnvironmentError {
  dropHead(indexPath);
  return new EnvironmentError('registry-changed', `the row index of ${path} was out of date: run again`);
}
