import { expect, test } from 'vitest';
import { age } from '../../src/render/age.ts';
import { cutStart } from '../../src/render/columns.ts';
import { fromHome } from '../../src/render/from-home.ts';
import { table } from '../../src/render/table.ts';

const columns = [{ title: 'NAME', narrowest: 4 }, { title: 'PATH', narrowest: 5, shorten: cutStart }, { title: 'AGE' }];

test('columns are as wide as what is in them, wide characters counted as two', () => {
  expect(
    table(
      columns,
      [
        ['名前', '/a', '3h'],
        ['x', '/a/b', '12m'],
      ],
      null,
    ),
  ).toBe('NAME  PATH  AGE\n名前  /a    3h\nx     /a/b  12m\n');
});

test('what may give way does so until all fits the terminal; nothing is cut in a pipe', () => {
  const rows = [['a-long-session-name', '/home/u/work/project', '3h']];
  const lines = table(columns, rows, 30).split('\n');
  expect(lines.every((line) => line.length <= 30)).toBe(true);
  expect(lines[1]).toMatch(/^a-long-ses… {2}…\S+project {2}3h$/);
  expect(table(columns, rows, null)).toContain('a-long-session-name  /home/u/work/project  3h');
  expect(table(columns, rows, 5)).toContain('3h');
});

test('many rows are one table, and take no time to speak of', () => {
  const rows = Array.from({ length: 2000 }, (_, index) => [`row-${index}`, '/a', '1h']);
  const start = performance.now();
  const lines = table(columns, rows, null).trimEnd().split('\n');
  expect(performance.now() - start).toBeLessThan(2000);
  expect(lines).toHaveLength(2001);
  expect(lines.filter((line) => line.startsWith('NAME'))).toHaveLength(1);
  expect(lines.slice(1).every((line, index) => line === `${`row-${index}`.padEnd(10)}/a    1h`)).toBe(true);
});

test('paint does not count', () => {
  const painted = [{ title: 'A', paint: (text: string) => `\u001b[31m${text}\u001b[39m` }, { title: 'B' }];
  expect(table(painted, [['xx', 'y']], 80)).toBe('A   B\n\u001b[31mxx\u001b[39m  y\n');
});

test.each([
  [5, '5s'],
  [60, '1m'],
  [3600, '1h'],
  [86_400 + 3600, '25h'],
  [3 * 86_400, '3d'],
  [-5, '0s'],
])('%i seconds are %s', (seconds, text) => {
  expect(age(1000, 1000 + seconds)).toBe(text);
});

test('the home folder is ~, and only that', () => {
  expect(['/home/u', '/home/u/x', '/home/uv'].map((path) => fromHome(path, '/home/u'))).toEqual([
    '~',
    '~/x',
    '/home/uv',
  ]);
});
