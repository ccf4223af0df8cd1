import { editsByRow } from '../../src/registry/edits-by-row.ts';
import { parseRegistry } from '../../src/registry/parse-registry.ts';
import type { Edit, Registry, Row } from '../../src/registry/types.ts';

/** What differs between a registry and its text after the edits, beyond what the edits are about; in words. */
export function changedBeyondPlan(before: Registry, edits: readonly Edit[], afterText: string): readonly string[] {
  const after = parseRegistry(before.path, afterText);
  const planned = new Map(
    [...editsByRow(edits)].map(([row, own]) => [row.index, new Set(own.map(({ path }) => path[0]))]),
  );
  const problems: string[] = [];
  const rowsAfter = new Map(after.rows.map((row) => [row.index, row]));
  for (const row of before.rows) {
    const now = rowsAfter.get(row.index);
    const [was, is] = [textOf(before, row), now ? textOf(after, now) : null];
    const keys = planned.get(row.index);
    if (is === null) problems.push(`row ${row.name} cannot be read any more`);
    else if (!keys) {
      if (was !== is && !isLastLine(before, row)) problems.push(`row ${row.name}: ${JSON.stringify([was, is])}`);
    } else problems.push(...linesBeyond(was, is, keys));
  }
  if (edits.length === 0 && afterText !== before.text) problems.push('no edits, another text');
  if (outside(before) !== outside(after))
    problems.push(`outside the rows: ${JSON.stringify([outside(before), outside(after)])}`);
  return problems;
}

const textOf = ({ text }: Registry, { place }: Row): string => text.slice(place.start, place.end);

/** A row at the end of a file without a last newline gets one when another follows. */
const isLastLine = ({ text }: Registry, { place }: Row): boolean => place.end === text.length;

/** All that stands outside of rows, their separators and what is empty left out. */
function outside({ text, rows, unreadable, list }: Registry): string {
  const first = Math.min(...rows.map(({ place }) => place.start), text.length);
  const last = Math.max(...rows.map(({ place }) => place.end), list?.end ?? 0, 0);
  if (unreadable.length > 0) return '';
  if (rows.length === 0) return text.replace(/\s*tmux_sessions:.*\s*/, '…').trimEnd();
  return `${text.slice(0, first).replace(/\s*tmux_sessions:.*/s, '')}…${text.slice(last).trimStart()}`.trimEnd();
}

/** Lines of one row that are gone or new although their key is not planned. */
function linesBeyond(was: string, is: string, keys: ReadonlySet<string | undefined>): readonly string[] {
  if (/^(?:- *)?\{/.test(was)) return [];
  const [before, after] = [byKey(was), byKey(is)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !keys.has(key) && before.get(key) !== after.get(key))
    .map((key) => `key ${key}: ${JSON.stringify([before.get(key), after.get(key)])}`);
}

/** The lines of each key of a block row, comments above a key left out. */
function byKey(row: string): ReadonlyMap<string, string> {
  const lines = row
    .replace(/^- /, '  ')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  const found = new Map<string, string>();
  let key = '';
  for (const [at, line] of lines.entries()) {
    const own = at === 0 ? line.trimStart() : line;
    const start = at === 0 ? 0 : (/^ */.exec(line)?.[0].length ?? 0);
    const match = at === 0 || start <= Math.max(indent, rowIndent(lines)) ? /^\s*["']?([^"':]+)["']?:/.exec(own) : null;
    if (match) key = match[1] as string;
    found.set(key, `${found.get(key) ?? ''}${own.trimStart()}\n`);
  }
  return found;
}

/** Column of the keys behind the first, which stands behind the dash. */
const rowIndent = (lines: readonly string[]): number => /^ */.exec(lines[1] ?? '')?.[0].length ?? 0;
