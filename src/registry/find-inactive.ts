import { readIfThere } from '../read-if-there.ts';
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
  const lines = linesAbout(readNames(registry), wanted);
  const active = new Set(head.rows.map(({ index }) => index));
  const found = new Map<number, Row>();
  for (const line of lines) {
    const named = parseNameLine(line);
    if (named === null || active.has(named.index) || found.has(named.index)) continue;
    const row = rowAt(registry, named.index, shifted(named.place, head.shifts, named.age));
    if (row === null || isActive(row)) throw staleIndex(registry);
    found.set(row.index, row);
  }
  // A row's older lines may say what it is not called any more.
  const names = new Set(wanted.map((one) => ('name' in one ? one.name : null)));
  const ids = new Set(wanted.map((one) => ('name' in one ? null : one.sessionId)));
  const rows = [...found.values()].filter(
    ({ name, sessionId }) => names.has(name) || (sessionId !== null && ids.has(sessionId)),
  );
  return rows.sort((one, other) => one.index - other.index);
}

function readNames(registry: IndexedRegistry): Buffer {
  const names = readIfThere(namesPath(registry.indexPath));
  if (names?.toString('utf8', 0, names.indexOf('\n')) !== registry.head.names) throw staleIndex(registry);
  return names;
}

/** Up to so many are searched for; for more, as a burst of events brings, it takes less to look at every line once. */
const FEW = 20;

/** The lines of rows that have one of the names or ids, the newest of a row first. */
function linesAbout(names: Buffer, wanted: readonly Wanted[]): readonly string[] {
  const needles = new Set(wanted.map(needleOf));
  if (needles.size <= FEW) return [...needles].flatMap((needle) => linesWith(names, needle));
  const rows = new Set<string>();
  return names
    .toString('utf8', names.indexOf('\n') + 1)
    .split('\n')
    .reverse()
    .filter((line) => {
      const nameEnd = line.indexOf('\t');
      const idEnd = line.indexOf('\t', nameEnd + 1);
      const isAbout = needles.has(`\n${line.slice(0, nameEnd + 1)}`) || needles.has(line.slice(nameEnd, idEnd + 1));
      return isAbout && rows.size < rows.add(line.slice(idEnd + 1, line.indexOf('\t', idEnd + 1))).size;
    });
}

/** As `nameLine` writes them. */
const needleOf = (wanted: Wanted): string =>
  'name' in wanted ? `\n${JSON.stringify(wanted.name)}\t` : `\t${JSON.stringify(wanted.sessionId)}\t`;

function linesWith(names: Buffer, needle: string): readonly string[] {
  const lines: string[] = [];
  for (let at = names.indexOf(needle); at >= 0; at = names.indexOf(needle, at + 1)) {
    const start = names.lastIndexOf('\n', at === 0 ? 0 : at - 1) + 1;
    const from = needle.startsWith('\n') ? at + 1 : start;
    const end = names.indexOf('\n', from);
    if (end >= 0) lines.push(names.toString('utf8', from, end));
  }
  return lines.reverse();
}
