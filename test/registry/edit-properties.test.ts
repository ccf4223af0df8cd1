import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editRegistry } from '../../src/registry/edit-registry.ts';
import type { Edit, NewRow, Registry, Row, Value } from '../../src/registry/types.ts';
import { verifyEdit } from '../../src/registry/verify-edit.ts';
import { parse } from './builders.ts';
import { pyyamlData } from './python.ts';
import { PLAIN_KEYS, styledRegistry } from './styled-registries.ts';

const RUNS = process.env.TMUX_DRIFT_FUZZ ? 30_000 : 600;

type Drawn = readonly [row: number, kind: string, path: readonly string[], value: Value];

const path = fc.oneof(
  fc.constantFrom(...[...PLAIN_KEYS, 'name', 'new_key', 'terminated_at'].map((key) => [key])),
  fc.constantFrom(
    ['pane'],
    ['pane', 'pid'],
    ['pane', 'cwd'],
    ['pane', 'new'],
    ['conversation', 'id'],
    ['conversation', 'source'],
  ),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    'terminated',
    '2026-06-19T14:27:29Z',
    '09',
    'a: b',
    "it's",
    'a\nb',
    'é',
    7,
    null,
    false,
    '#x',
    '',
  ),
  fc.constantFrom<Value>({ pid: 7, cwd: '/x y' }, {}, { id: 'c', source: 'hook' }),
);
const drawn = fc.tuple(fc.nat(), fc.constantFrom('set', 'set', 'set', 'remove', 'append'), path, value);

test('random edits of random registries change the planned lines only, and PyYAML reads what was meant', {
  timeout: 30_000 + RUNS * 10,
}, () => {
  const cases = fc.sample(fc.tuple(styledRegistry, fc.array(drawn, { minLength: 1, maxLength: 5 })), {
    numRuns: RUNS,
    seed: 23,
  });
  const edited = cases.flatMap(([text, draws]) => {
    const registry = parse(text);
    const edits = draws.flatMap((draw, order) => toEdit(registry.rows, draw, order));
    if (edits.length === 0) return [];
    const after = editRegistry(registry, edits);
    expect(
      () => verifyEdit(registry, edits, after),
      JSON.stringify({ text, edits: edits.map(short), after }),
    ).not.toThrow();
    expectOnlyPlannedLines(registry, edits, after);
    return [{ registry, edits, after }];
  });
  expect(edited.length).toBeGreaterThan(RUNS / 2);
  const before = pyyamlData(edited.map(({ registry }) => registry.text));
  const now = pyyamlData(edited.map(({ after }) => after));
  for (const [index, { registry, edits, after }] of edited.entries()) {
    const was = before[index] as { tmux_sessions: Data[] };
    expect(was, registry.text).not.toBeNull();
    expect({ after, edits: edits.map(short), data: now[index] }).toEqual({
      after,
      edits: edits.map(short),
      data: intended(was, edits),
    });
  }
});

type Data = string | { [key: string]: Data };

function toEdit(rows: readonly Row[], [at, kind, keys, to]: Drawn, order: number): readonly Edit[] {
  if (kind === 'append') return [{ kind, value: newRow(order, to) }];
  const row = rows[at % Math.max(rows.length, 1)];
  const isName = keys[0] === 'name';
  const isMap = typeof to === 'object' && to !== null;
  const wantsMap = keys.length === 1 && (keys[0] === 'pane' || keys[0] === 'conversation');
  if (!row || isMap !== wantsMap || (isName && (kind === 'remove' || !to))) return [];
  return kind === 'remove' ? [{ kind, row, path: keys }] : [{ kind: 'set', row, path: keys, value: to }];
}

const newRow = (order: number, to: Value): NewRow => ({
  name: `new ${order}`,
  status: 'running',
  pane: { pid: 1, cwd: '/' },
  to,
  mcp: [],
});

const short = (edit: Edit) => (edit.kind === 'append' ? edit : { ...edit, row: edit.row.name });

/** All text outside of the rows edited is there, in its order; what is between two such pieces is the row. */
function expectOnlyPlannedLines({ text, list }: Registry, edits: readonly Edit[], after: string): void {
  const places = edits.flatMap((edit) => (edit.kind === 'append' ? [] : [edit.row.place]));
  const end = list?.end ?? text.length;
  const touched = [...new Map(places.map((place) => [place.start, place])).values(), { start: end, end }];
  let from = 0;
  let found = 0;
  for (const { start, end: behind } of touched.sort((one, other) => one.start - other.start)) {
    const piece = text.slice(from, start);
    const at = after.indexOf(piece, found);
    expect(at, JSON.stringify({ text, after, piece })).toBeGreaterThanOrEqual(0);
    if (from === 0) expect(at).toBe(0);
    found = at + piece.length;
    from = behind;
  }
  expect(after.endsWith(text.slice(from))).toBe(true);
}

/** The edits on what PyYAML read. */
function intended(was: { tmux_sessions: Data[] }, edits: readonly Edit[]): unknown {
  const rows = structuredClone(was.tmux_sessions) as { [key: string]: Data }[];
  for (const edit of edits) {
    if (edit.kind === 'append') rows.push(dataOf(edit.value) as { [key: string]: Data });
    else change(rows[edit.row.index] ?? {}, edit.path, edit.kind === 'set' ? dataOf(edit.value) : null);
  }
  const isWhole = (index: number, key: string): boolean =>
    edits.some((edit) => edit.kind === 'set' && edit.row.index === index && edit.path.join() === key);
  // A map that edits inside it made and emptied again is not made.
  const kept = rows.map((row, index) => {
    const before = was.tmux_sessions[index] as { [key: string]: Data } | undefined;
    if (!before) return row;
    return Object.fromEntries(
      Object.entries(row).flatMap(([key, value]): [string, Data][] => {
        if (!isEmpty(value) || isMapOf(before[key]) || isWhole(index, key)) return [[key, value]];
        return before[key] === undefined ? [] : [[key, before[key]]];
      }),
    );
  });
  return { ...was, tmux_sessions: kept };
}

const isMapOf = (data: Data | undefined): boolean => typeof data === 'object' && !Array.isArray(data);
const isEmpty = (data: Data | undefined): boolean => isMapOf(data) && Object.keys(data as object).length === 0;

function change(map: { [key: string]: Data }, [key = '', ...rest]: readonly string[], to: Data | null): void {
  const inner = map[key];
  if (rest.length > 0) {
    if (to === null && (typeof inner !== 'object' || inner === null)) return;
    const nested = typeof inner === 'object' ? inner : {};
    change(nested, rest, to);
    map[key] = nested;
  } else if (to === null) delete map[key];
  else map[key] = to;
}

function dataOf(from: Value): Data {
  if (typeof from === 'string') return `s:${from}`;
  if (from === null || typeof from !== 'object') return `p:${from}`;
  if (Array.isArray(from)) return [] as unknown as Data;
  return Object.fromEntries(Object.entries(from).map(([key, item]) => [key, dataOf(item)]));
}
