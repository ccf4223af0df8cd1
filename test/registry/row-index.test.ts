import { appendFileSync, existsSync, readFileSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editRegistry } from '../../src/registry/edit-registry.ts';
import { findInactive } from '../../src/registry/find-inactive.ts';
import { isActive, namesPath } from '../../src/registry/index-file.ts';
import type { IndexedRegistry } from '../../src/registry/indexed-registry.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { readIndexed } from '../../src/registry/read-indexed.ts';
import { readRegistry } from '../../src/registry/read-registry.ts';
import type { Edit, Row } from '../../src/registry/types.ts';
import { parse } from './builders.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

const ROWS = ['a', 'b', 'c', 'd', 'é'].map(
  (name, n) =>
    `- name: ${name}\n  status: ${n % 2 ? 'terminated' : 'running'}\n  tmux_session_id: $${n}\n  note: "— ${n}"\n`,
);
const TEXT = `# é\ntmux_sessions:\n${ROWS.join('  # own\n\n')}  # last\n\nagent_identities:\n  claude: {session_id: x}\n`;

/** An index that is settled, made by a run that found nothing to do. */
function indexed(text = TEXT): { readonly path: string; readonly indexPath: string } {
  const path = registryFile(text);
  const indexPath = join(tempFolder(), 'row-index');
  while (!existsSync(indexPath)) openRegistry(path, indexPath);
  return { path, indexPath };
}

const read = ({ path, indexPath }: { path: string; indexPath: string }): IndexedRegistry | null =>
  readIndexed(path, indexPath);

/** With the text of each row in place of its place. */
const seen = (rows: readonly Row[], textOf: (row: Row) => string) =>
  rows.map((row) => ({ ...row, place: row.place.line, text: textOf(row) }));

function expectTrue(index: IndexedRegistry): void {
  const whole = readRegistry(index.path);
  const inBytes = ({ place }: Row) => index.bytes.slice(place.start, place.end).toString('utf8');
  const inText = ({ place }: Row) => whole.text.slice(place.start, place.end);
  const inactive = whole.rows.filter((row) => !isActive(row));
  expect(seen(index.rows, inBytes)).toEqual(seen(whole.rows.filter(isActive), inText));
  expect(index.identities).toEqual(whole.identities);
  const found = findInactive(
    index,
    inactive.map(({ name }) => ({ name })),
  );
  expect(seen(found, inBytes)).toEqual(seen(inactive, inText));
  const names = whole.rows.filter(isActive).map(({ name }) => name);
  expect(
    seen(
      findInactive(
        index,
        names.map((name) => ({ name })),
      ),
      inBytes,
    ),
  ).toEqual(
    seen(
      inactive.filter(({ name }) => names.includes(name)),
      inText,
    ),
  );
}

describe('the row index', () => {
  test('gives the active rows, and the inactive ones by name or session id', () => {
    const index = read(indexed());
    expect(index?.rows.map(({ name }) => name)).toEqual(['a', 'c', 'é']);
    if (!index) return;
    expectTrue(index);
    expect(findInactive(index, [{ sessionId: '$3' }, { sessionId: '$0' }]).map(({ name }) => name)).toEqual(['d']);
    expect(findInactive(index, [{ name: 'x' }, { name: '' }])).toEqual([]);
  });

  test('is kept up to date by what is written through it', () => {
    const files = indexed();
    const steps: readonly ((index: IndexedRegistry) => readonly Edit[])[] = [
      ({ rows: [row] }) =>
        row
          ? [
              { kind: 'set', row, path: ['status'], value: 'terminated' },
              { kind: 'set', row, path: ['why'], value: 'é' },
            ]
          : [],
      () => [
        { kind: 'append', value: { name: 'new', status: 'running' } },
        { kind: 'append', value: { name: 'old', status: 'archived' } },
      ],
      (index) =>
        findInactive(index, [{ name: 'b' }]).map((row) => ({ kind: 'set', row, path: ['status'], value: 'running' })),
      ({ rows }) => rows.map((row) => ({ kind: 'set', row, path: ['status'], value: 'archived' })),
    ];
    for (const step of steps) {
      const index = read(files);
      expect(index).not.toBeNull();
      if (index) openRegistry(files.path, files.indexPath).write(step(index));
      const after = read(files);
      expect(after).not.toBeNull();
      if (after) expectTrue(after);
    }
  });

  test.each([
    ['another size', (path: string) => appendFileSync(path, '# more\n')],
    ['another time', (path: string) => utimesSync(path, 5, 5)],
    ['the same size in place', (path: string) => writeFileSync(path, TEXT.replace('name: a', 'name: z'))],
  ])('does not count for a file with %s', (_title, change) => {
    const files = indexed();
    change(files.path);
    expect(read(files)).toBeNull();
  });

  test('is not made while a change could go unseen, but by what we write ourselves', () => {
    const path = registryFile(TEXT);
    const indexPath = join(tempFolder(), 'row-index');
    utimesSync(path, 4e9, 4e9);
    const open = openRegistry(path, indexPath);
    expect(existsSync(indexPath)).toBe(false);
    open.write([{ kind: 'append', value: { name: 'new' } }]);
    expect(read({ path, indexPath })?.rows.at(-1)?.name).toBe('new');
  });

  test('never misses a change in place right after our own write', () => {
    const { path, indexPath } = indexed();
    for (let round = 0; round < 50; round++) {
      const open = openRegistry(path, indexPath);
      const [row] = open.rows;
      if (row) open.write([{ kind: 'set', row, path: ['note'], value: `round ${round}` }]);
      const text = readFileSync(path, 'utf8');
      const name = round % 2 ? 'a' : 'z';
      writeFileSync(path, text.replace(/name: [az]\n/, `name: ${name}\n`));
      expect(openRegistry(path, indexPath).rows[0]?.name).toBe(name);
    }
  });

  test.each([
    ['cut short', (indexPath: string) => truncateSync(indexPath, 40)],
    ['of another version', (indexPath: string) => writeFileSync(indexPath, '{"format":0}')],
    ['that is not there', (indexPath: string) => unlinkSync(indexPath)],
  ])('an index %s is none', (_title, spoil) => {
    const files = indexed();
    spoil(files.indexPath);
    expect(read(files)).toBeNull();
  });

  test('an index of another registry is none', () => {
    const { path, indexPath } = indexed();
    expect(
      readIndexed(join(dirname(path), '..', basename(dirname(path)), '.', basename(path)), indexPath),
    ).not.toBeNull();
    expect(readIndexed(`${dirname(path)}/./${basename(path)}`, indexPath)).toBeNull();
  });

  test.each([
    ['a names file of another run', (names: string) => writeFileSync(names, 'other\n')],
    [
      'places that are wrong',
      (names: string) =>
        writeFileSync(names, readFileSync(names, 'utf8').replace(/\t\d+\t\d+\t\d+\t0\n/g, '\t1\t9\t1\t0\n')),
    ],
  ])('%s: away with the index, and once more', (_title, spoil) => {
    const files = indexed();
    spoil(namesPath(files.indexPath));
    const open = openRegistry(files.path, files.indexPath);
    expect(() => open.find([{ name: 'b' }])).toThrow(expect.objectContaining({ code: 'registry-changed' }));
    expect(openRegistry(files.path, files.indexPath).rows).toHaveLength(5);
  });

  test('a line that a killed run left behind does no harm', () => {
    const files = indexed();
    appendFileSync(namesPath(files.indexPath), '"a"\t"$0"\t0\t20\t90\t3\t0\n"b"\t"$1"\t1');
    const index = read(files);
    if (index) expectTrue(index);
    expect(index).not.toBeNull();
  });

  test.each([
    ['bad rows', TEXT.replace('name: c', 'name: []')],
    ['what only yaml reads', TEXT.replace('# é', '#\té')],
    ['no rows', 'tmux_sessions: []\n'],
  ])('is not made for a file with %s, which is read and written as a whole', (_title, text) => {
    const path = registryFile(text);
    const indexPath = join(tempFolder(), 'row-index');
    const open = openRegistry(path, indexPath);
    expect([open.rows, open.unreadable]).toEqual([parse(text).rows, parse(text).unreadable]);
    open.write([{ kind: 'append', value: { name: 'new' } }]);
    expect(readRegistry(path).rows.at(-1)?.name).toBe('new');
    expect(existsSync(indexPath)).toBe(false);
  });

  test('leaves to yaml what the edit made too odd for the scanner', () => {
    const files = indexed('tmux_sessions:\n- note: x\n  # why\n  name: a\n- name: b\n');
    const open = openRegistry(files.path, files.indexPath);
    const [row] = open.rows;
    if (row)
      open.write([
        { kind: 'remove', row, path: ['note'] },
        { kind: 'append', value: { name: 'c' } },
      ]);
    expect(readFileSync(files.path, 'utf8')).toBe('tmux_sessions:\n- \n  # why\n  name: a\n- name: b\n- name: c\n');
    expect(openRegistry(files.path, files.indexPath).rows).toHaveLength(3);
  });

  test('gives up after many edits and is made anew', () => {
    const { path, indexPath } = indexed();
    let misses = 0;
    for (let round = 0; round < 1050; round++) {
      if (!readIndexed(path, indexPath)) misses++;
      const open = openRegistry(path, indexPath);
      const [row] = open.rows;
      if (row) open.write([{ kind: 'set', row, path: ['note'], value: 'x'.repeat(round % 7) }]);
    }
    expect(misses).toBe(1);
  });
});

const RUNS = process.env.TMUX_DRIFT_FUZZ ? 3000 : 60;

test('writes through the index and without it give the same file, whatever is edited', {
  timeout: 30_000 + RUNS * 200,
}, () => {
  const value = fc.constantFrom('running', 'terminated', 'archived', 'x', '—é', '09', 'a\nb', 5, null);
  const edit = fc.tuple(
    fc.nat(),
    fc.constantFrom('set', 'set', 'remove', 'append'),
    fc.constantFrom('status', 'note', 'pane.pid', 'name', 'more'),
    value,
  );
  const run = fc.tuple(
    fc.array(fc.constantFrom(...ROWS), { minLength: 1, maxLength: 6 }),
    fc.boolean(),
    fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
  );
  fc.assert(
    fc.property(run, ([rows, ended, batches]) => {
      const text = `tmux_sessions:\n${rows.map((row, n) => row.replace('name: ', `name: n${n}`)).join('# between\n')}`;
      const files = indexed(ended ? text : text.trimEnd());
      const copy = registryFile(readFileSync(files.path, 'utf8'));
      for (const batch of batches) {
        const whole = readRegistry(copy);
        const edits = batch.flatMap((one) => toEdit(whole.rows, one));
        const open = openRegistry(files.path, files.indexPath);
        expect(open.inactive().map(({ index }) => index)).toEqual(
          whole.rows.filter((row) => !isActive(row)).map(({ index }) => index),
        );
        const known = [...open.rows, ...open.find(whole.rows.map(({ name }) => ({ name })))];
        const same = edits.map((e) =>
          e.kind === 'append' ? e : { ...e, row: known.find(({ index }) => index === e.row.index) ?? e.row },
        );
        open.write(same);
        writeFileSync(copy, editRegistry(whole, edits));
        expect(readFileSync(files.path, 'utf8')).toBe(readFileSync(copy, 'utf8'));
        const index = read(files);
        if (index) expectTrue(index);
      }
    }),
    { numRuns: RUNS, seed: 17 },
  );
});

type Drawn = readonly [number, string, string, string | number | null];

function toEdit(rows: readonly Row[], [at, kind, path, value]: Drawn): readonly Edit[] {
  const row = rows[at % Math.max(rows.length, 1)];
  if (kind === 'append') return [{ kind, value: { name: `new ${at}`, status: value } }];
  if (!row || (path === 'name' && typeof value !== 'string')) return [];
  if (kind === 'remove') return path === 'name' ? [] : [{ kind, row, path: path.split('.') }];
  return [{ kind: 'set', row, path: path.split('.'), value: path === 'pane.pid' ? 7 : value }];
}
