import { readFileSync } from 'node:fs';
import { errnoOf } from '../errors.ts';
import { isActive, namesPath, parseNameLine, shifted } from './index-file.ts';
import { type IndexedRegistry, rowAt, staleIndex } from './indexed-registry.ts';
import type { Row } from './types.ts';

export type Wanted = { readonly name: string } | { readonly sessionId: string };

/**
 * The inactive rows (terminated or archived) that have one of the names or session ids, in the order of the file. One
 * call for all that is wanted reads the names file once. Throws `EnvironmentError` `registry-changed` when the index
 * turns out to be wrong; it is gone then.
 */
export function findInactive(registry: IndexedRegistry, wanted: readonly Wanted[]): readonly Row[] {
  const { head } = registry;
  if (wanted.length === 0 || head.count === head.rows.length) return [];
  const names = readNames(registry);
  const active = new Set(head.rows.map(({ index }) => index));
  const found = new Map<number, Row>();
  for (const one of wanted) {
    for (const line of linesWith(names, needleOf(one))) {
      const named = parseNameLine(line);
      if (named === null || active.has(named.index) || found.has(named.index)) continue;
      const row = rowAt(registry, named.index, shifted(named.place, head.shifts, named.age));
      if (row === null || isActive(row)) throw staleIndex(registry);
      if (isWanted(row, one)) found.set(row.index, row);
    }
  }
  return [...found.values()].sort((one, other) => one.index - other.index);
}

function readNames(registry: IndexedRegistry): Buffer {
  const names = readIfThere(namesPath(registry.indexPath));
  if (names?.toString('utf8', 0, names.indexOf('\n')) !== registry.head.names) throw staleIndex(registry);
  return names;
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** As `nameLine` writes them. */
const needleOf = (wanted: Wanted): string =>
  'name' in wanted ? `\n${JSON.stringify(wanted.name)}\t` : `\t${JSON.stringify(wanted.sessionId)}\t`;

const isWanted = (row: Row, wanted: Wanted): boolean =>
  'name' in wanted ? row.name === wanted.name : row.sessionId === wanted.sessionId;

function* linesWith(names: Buffer, needle: string): Generator<string> {
  for (let at = names.indexOf(needle); at >= 0; at = names.indexOf(needle, at + 1)) {
    const start = names.lastIndexOf('\n', at === 0 ? 0 : at - 1) + 1;
    const from = needle.startsWith('\n') ? at + 1 : start;
    const end = names.indexOf('\n', from);
    if (end >= 0) yield names.toString('utf8', from, end);
  }
}
