import { buildIndex, saveIndex } from './build-index.ts';
import { checkedText } from './checked-text.ts';
import { editRegistry } from './edit-registry.ts';
import { findInactive, type Wanted } from './find-inactive.ts';
import { parseRegistry } from './parse-registry.ts';
import { readIndexed } from './read-indexed.ts';
import { readBytes } from './read-registry.ts';
import { isSettled } from './trusted-stamp.ts';
import type { Edit, Identity, Row, UnreadableRow } from './types.ts';
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
  return {
    rows: indexed.rows,
    unreadable: [],
    identities: indexed.identities,
    find: (wanted) => findInactive(indexed, wanted),
    write: (edits) => writeIndexed(indexed, edits),
  };
}

function openWhole(path: string, indexPath: string): OpenRegistry {
  const { bytes, stamp } = readBytes(path);
  const registry = { ...parseRegistry(path, checkedText(path, bytes)), stamp };
  const { unreadable, identities } = registry;
  const index = buildIndex(registry, bytes, indexPath);
  if (index === null) {
    const write = (edits: readonly Edit[]) => writeRegistry(registry, edits, editRegistry(registry, edits));
    return { rows: registry.rows, unreadable, identities, find: () => [], write };
  }
  if (isSettled(stamp)) saveIndex(index);
  return { rows: index.allRows, unreadable, identities, find: () => [], write: (edits) => writeIndexed(index, edits) };
}
