import { part } from '../parts.ts';
import { findInactive, type Wanted } from './find-inactive.ts';
import { isActive } from './index-file.ts';
import { type IndexedRegistry, nodeAt } from './indexed-registry.ts';
import { placesIn } from './places-in.ts';
import { readIndexed } from './read-indexed.ts';
import type { Node } from './tree.ts';
import type { Edit, Identity, Row, UnreadableRow } from './types.ts';
import { writeIndexed } from './write-indexed.ts';

/** A registry as a run under its lock sees it: with or without its index, the same. */
export interface OpenRegistry {
  /** The active rows (neither terminated nor archived) at least; those that `find` gives come on top. */
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
  /** Inactive rows with these names or session ids, as far as they are not among `rows`. */
  find(wanted: readonly Wanted[]): readonly Row[];
  /** All inactive rows; reads the whole file where there is an index. */
  inactive(): readonly Row[];
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
    inactive: () => part('rare').inactiveRows(indexed),
  };
}

/** The registry read as a whole, for runs that are about all of it; no index is read or made. */
export const openAll = (path: string): OpenRegistry => part('rare').throughText(part('rare').readRegistry(path));

function openWhole(path: string, indexPath: string): OpenRegistry {
  const { registry, index } = part('rare').readAndIndex(path, indexPath);
  if (index === null) return part('rare').throughText(registry);
  const { unreadable, identities } = registry;
  const { allRows: rows } = index;
  const inactive = () => rows.filter((row) => !isActive(row));
  return { ...throughIndex(index), rows, unreadable, identities, find: () => [], inactive };
}

const throughIndex = (index: IndexedRegistry): Pick<OpenRegistry, 'placesOf' | 'nodeOf' | 'write'> => ({
  placesOf: (wanted) => placesIn(index.bytes.slice(), wanted),
  nodeOf: ({ place }) => nodeAt(index, place),
  write: (edits) => writeIndexed(index, edits),
});
