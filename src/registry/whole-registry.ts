/** The registry read and written as a whole: where there is no index for its very state, or the index is of no use. */
import { buildIndex, type NewIndex, saveIndex } from './build-index.ts';
import { checkedText } from './checked-text.ts';
import { editRegistry } from './edit-registry.ts';
import { isActive } from './index-file.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import type { OpenRegistry } from './open-registry.ts';
import { parseRegistry } from './parse-registry.ts';
import { placesIn } from './places-in.ts';
import { readBytes } from './read-registry.ts';
import { rowNode } from './row-node.ts';
import { isSettled } from './trusted-stamp.ts';
import type { Edit, Registry, Row } from './types.ts';
import { writeRegistry } from './write-registry.ts';

/** Reads the registry, and indexes it where it can be indexed. Throws what `readRegistry` throws. */
export function readAndIndex(path: string, indexPath: string): { registry: Registry; index: NewIndex | null } {
  const { bytes, stamp } = readBytes(path);
  const registry = { ...parseRegistry(path, checkedText(path, bytes)), stamp };
  const index = buildIndex(registry, bytes, indexPath);
  if (index && isSettled(stamp)) saveIndex(index);
  return { registry, index };
}

export function throughText(registry: Registry): OpenRegistry {
  const { rows, unreadable, identities, text } = registry;
  return {
    rows,
    unreadable,
    identities,
    find: () => [],
    inactive: () => rows.filter((row) => !isActive(row)),
    placesOf: (wanted) => placesIn(text, wanted),
    nodeOf: ({ place }) => rowNode(registry, place),
    write: (edits) => writeRegistry(registry, edits, editRegistry(registry, edits)),
  };
}

/** Every inactive row, for which the index has but a name. */
export const inactiveRows = (indexed: IndexedRegistry): readonly Row[] =>
  parsed(indexed).rows.filter((row) => !isActive(row));

/** The index does not fit the file any more then, and is made anew when the file is opened again. */
export function writeWhole(indexed: IndexedRegistry, edits: readonly Edit[]): void {
  const registry = { ...parsed(indexed), stamp: indexed.stamp };
  const rows = new Map(registry.rows.map((row) => [row.index, row]));
  const own = edits.map((edit) =>
    edit.kind === 'append' ? edit : { ...edit, row: rows.get(edit.row.index) ?? edit.row },
  );
  writeRegistry(registry, own, editRegistry(registry, own));
}

const parsed = ({ path, bytes }: IndexedRegistry) => parseRegistry(path, checkedText(path, bytes.slice()));
