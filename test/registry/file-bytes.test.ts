import { appendFileSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inMemory, PagedFile } from '../../src/registry/file-bytes.ts';
import { stampOf } from '../../src/registry/file-stamp.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { eachOf } from '../../src/registry/piece.ts';
import { readIndexed } from '../../src/registry/read-indexed.ts';
import { readRegistry } from '../../src/registry/read-registry.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

/** Two pages and a half, no two lines alike. */
const TEXT = Array.from({ length: 150_000 }, (_, line) => `line ${line} — é\n`).join('');

function paged(text = TEXT) {
  const path = registryFile(text);
  return { path, file: new PagedFile(path, stampOf(statSync(path, { bigint: true }))) };
}

test('gives the bytes of any place, to be read and to be written', () => {
  const { path, file } = paged();
  const bytes = readFileSync(path);
  const memory = inMemory(bytes);
  expect(file.length).toBe(bytes.length);
  expect(file.slice().equals(bytes)).toBe(true);
  const place = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
  fc.assert(
    fc.property(fc.array(place, { maxLength: 4 }), (places) => {
      // Some pages have been read already, others not.
      const fresh = new PagedFile(path, stampOf(statSync(path, { bigint: true })));
      return places.every(([start = 0, end = 0], index) => {
        const parts: Buffer[] = [];
        const piece = fresh.piece(start, end);
        eachOf(piece, (part) => parts.push(Buffer.from(part)));
        const copied = Buffer.concat(parts);
        const read = index % 2 === 0 ? fresh.slice(start, end) : copied;
        const wanted = memory.slice(start, end);
        return piece.length === wanted.length && copied.equals(wanted) && read.equals(wanted);
      });
    }),
    { numRuns: 60 },
  );
});

describe('is not mixed with what the file became', () => {
  test.each<[string, (path: string) => void]>([
    ['in place', (path) => writeFileSync(path, TEXT.replace('line 7 ', 'line 8 '))],
    ['by more at its end', (path) => appendFileSync(path, 'more\n')],
    [
      'by another file in its place',
      (path) => {
        writeFileSync(`${path}.new`, TEXT);
        renameSync(`${path}.new`, path);
      },
    ],
  ])('%s', (_title, change) => {
    const { path, file } = paged();
    const [first] = [file.slice(0, 100)];
    change(path);
    expect(() => file.slice(2_000_000, 2_000_100)).toThrow('was changed by another program meanwhile');
    expect(() => eachOf(file.piece(0, file.length), () => {})).toThrow('was changed by another program meanwhile');
    expect(file.slice(0, 100)).toEqual(first);
  });

  test('that is gone', () => {
    const { path, file } = paged();
    unlinkSync(path);
    expect(() => file.slice(0, 1)).toThrow(`cannot read ${path}: ENOENT`);
  });
});

test('rows on both sides of a page’s end are edited, found and added as in a file of one page', () => {
  const rows = Array.from(
    { length: 9000 },
    (_, n) => `- name: row-${n}\n  status: ${n % 3 ? 'terminated' : 'running'}\n  note: ${'x'.repeat(200)}\n`,
  );
  const path = registryFile(`tmux_sessions:\n${rows.join('')}`);
  const indexPath = `${tempFolder()}/row-index`;
  const expected = readFileSync(path, 'utf8').split('- name: ');
  for (const step of [1, 2, 3]) {
    // The first time makes the index, the others read through it.
    expect(readIndexed(path, indexPath) !== null).toBe(step > 1);
    const open = openRegistry(path, indexPath);
    const [ended] = open.find([{ name: `row-${4000 + step}` }]);
    const edited = open.rows.filter(
      ({ index }) => (index % 300 === 0 && index < 9000) || (index > 4450 && index < 4500),
    );
    const change = [...edited, ...(ended ? [ended] : [])];
    open.write([
      ...change.map((row) => ({ kind: 'set', row, path: ['note'], value: `step ${step}` }) as const),
      { kind: 'append', value: { name: `new-${step}`, status: 'running' } },
    ]);
    for (const { index } of change)
      expected[index + 1] = (expected[index + 1] ?? '').replace(/note: .*\n/, `note: step ${step}\n`);
    expected.push(`new-${step}\n  status: running\n`);
    expect(readFileSync(path, 'utf8') === expected.join('- name: ')).toBe(true);
  }
  expect(readRegistry(path).rows).toHaveLength(9003);
});
