import { buildIndex, saveIndex } from './build-index.ts';
import { checkedText } from './checked-text.ts';
import { editRegistry } from './edit-registry.ts';
import { findInactive, type Wanted } from './find-inactive.ts';
import { type IndexedRegistry, nodeAt } from './indexed-registry.ts';
import { parseRegistry } from './parse-registry.ts';
import { readIndexed } from './read-indexed.ts';
import { readBytes, readRegistry } from './read-registry.ts';
import { rowNode } from './row-node.ts';
import type { Node } from './tree.ts';
import { isSettled } from './trusted-stamp.ts';
import type { Edit, Identity, Registry, Row, UnreadableRow } from './types.ts';
import { writeIndexed } from './write-indexed.ts';
import { writeRegistry } from './write-registry.ts';

/** A registry as a run under its lock sees it: with or without its index, the same. */
export interface OpenRegistry {
  /** The active rows (neither terminated nor archived) at least; those that `find` gives come on top. */
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
  /** Inactive rows with these names or session ids, as far as they are not among `rows`. */
  find(wanted: readonly Wanted[]): readonly Row[];
  /** Where the file has this text, in the unit of the rows' places. */
  placesOf(text: string): readonly number[];
  /** A row as the file has it. */
  nodeOf(row: Row): Node;
  /** Edits, verifies and writes, durably, as `writeRegistry`; once for each time that it was opened. */
  write(edits: readonly Edit[]): void;
}

/**
 * Opens the registry under its lock: through the row index where there is one for the file's very state, else by reading
 * it all and making one. Throws what `readRegistry` throws.
 */
export function openRegistry(path: string, indexPath: string): OpenRegistry {
  const indexed = readIndexed(path, indexPath);
  if (indexed === null) return openWhole(path, indexPath);
  const { rows, identities } = indexed;
  return {
    ...throughIndex(indexed),
    rows,
    unreadable: [],
    identities,
    find: (wanted) => findInactive(indexed, wanted),
  };
}

/** The registry read as a whole, for runs that are about all of it; no index is read or made. */
export const openAll = (path: string): OpenRegistry => throughText(readRegistry(path));

function openWhole(path: string, indexPath: string): OpenRegistry {
  const { bytes, stamp } = readBytes(path);
  const registry = { ...parseRegistry(path, checkedText(path, bytes)), stamp };
  const index = buildIndex(registry, bytes, indexPath);
  if (index === null) return throughText(registry);
  if (isSettled(stamp)) saveIndex(index);
  const { unreadable, identities } = registry;
  return { ...throughIndex(index), rows: index.allRows, unreadable, identities, find: () => [] };
}

function throughText(registry: Registry): OpenRegistry {
  const { rows, unreadable, identities, text } = registry;
  return {
    rows,
    unreadable,
    identities,
    find: () => [],
    placesOf: (wanted) => placesIn(text, wanted),
    nodeOf: ({ place }) => rowNode(registry, place),
    write: (edits) => writeRegistry(registry, edits, editRegistry(registry, edits)),
  };
}

const throughIndex = (index: IndexedRegistry): Pick<OpenRegistry, 'placesOf' | 'nodeOf' | 'write'> => ({
  placesOf: (wanted) => placesIn(index.bytes, wanted),
  nodeOf: ({ place }) => nodeAt(index, place),
  write: (edits) => writeIndexed(index, edits),
});

export function placesIn(file: string | Buffer, wanted: string): readonly number[] {
  const places: number[] = [];
  for (let at = file.indexOf(wanted); at >= 0; at = file.indexOf(wanted, at + 1)) places.push(at);
  return places;
}
