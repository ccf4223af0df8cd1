import { describe, expect, test } from 'vitest';
import { type MenuPlace, menuWords, sessionMenu, sessionsMenu } from '../../src/sessions/menu/menu.ts';
import { markedRow, markOf } from '../../src/sessions/menu/row-mark.ts';
import type { SessionStatus } from '../../src/sessions/status.ts';
import { NOW, row } from '../builders/world.ts';

const here = { label: 'default', socket: '/tmp/tmux-1/default', flags: ['-L', 'default'] } as const;
const place = (overrides: Partial<MenuPlace> = {}): MenuPlace => ({
  server: here,
  width: 80,
  height: 24,
  self: ['/opt/tmux-drift', 'menu'],
  ...overrides,
});

const status = (name: string, overrides: Partial<SessionStatus> = {}): SessionStatus => ({
  row: row({ name }),
  name,
  server: 'default',
  agent: 'claude',
  state: 'running',
  detail: null,
  job: null,
  conversation: null,
  cwd: '/home/u',
  since: NOW,
  sessionId: '$3',
  ...overrides,
});

const sessions = (count: number) =>
  Array.from({ length: count }, (_, index) => status(`s${String(index).padStart(3, '0')}`));

describe('pages', () => {
  test.each([
    [0, 24, 1, 1],
    [22, 24, 1, 22],
    [23, 24, 2, 22],
    [100, 24, 6, 22],
    [3, 4, 3, 4],
  ])('%i sessions on %i lines are %i pages of at most %i lines', (count, height, pages, lines) => {
    const all = Array.from({ length: pages }, (_, page) => sessionsMenu(sessions(count), page, place({ height })));
    for (const { items } of all) expect(items.length).toBeLessThanOrEqual(lines);
    const names = all.flatMap(({ items }) => items.flatMap(({ name }) => /s\d{3}/.exec(name)?.[0] ?? []));
    expect(names).toEqual(sessions(count).map(({ name }) => name));
    expect(sessionsMenu(sessions(count), 99, place({ height }))).toEqual(all.at(-1));
  });

  test('no key is given twice', () => {
    for (const page of [0, 1]) {
      const keys = sessionsMenu(sessions(60), page, place({ height: 60 })).items.flatMap(({ key }) => key || []);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

describe('a name', () => {
  test.each(['-x', '#(touch x)', '#[fg=red]', '"; kill-server; "', "'", '$(x)', '\x1b]0;x\x07', ''])(
    '%j stands in no command, and in no place where it could do anything',
    (name) => {
      const { items } = sessionsMenu([status(name)], 0, place());
      expect(items[0]?.name).toMatch(/^● /);
      expect(items[0]?.name).not.toMatch(/[\x00-\x1f]/);
      expect(items[0]?.command).toMatch(
        /^if-shell -b "'\/opt\/tmux-drift' 'menu' '--row=0' '--mark=[0-9a-f]{12}' '--do=open' >\/dev\/null 2>&1" ''$/,
      );
    },
  );

  test('of any width fits the screen', () => {
    const { items } = sessionsMenu([status('名'.repeat(90))], 0, place({ width: 40 }));
    expect(items[0]?.name).toMatch(/^● 名{12,14}…$/);
  });
});

test('what can be done depends on whether the session lives', () => {
  const names = (one: SessionStatus) =>
    sessionMenu(one, here, place())
      .items.map(({ name }) => name)
      .filter((name) => /^[A-Z]/.test(name));
  expect(names(status('x'))).toEqual(['Attach', 'Copy attach command', 'Delete…', 'Back']);
  expect(names(status('x', { state: 'lost', sessionId: null }))).toEqual(['Resume', 'Delete for good…', 'Back']);
  expect(names(status('x', { state: 'archived', sessionId: null }))).toEqual(['Back']);
  expect(names(status('x', { state: 'unknown', sessionId: null }))).toEqual(['Delete for good…', 'Back']);
});

test('paths with quotes and dollars reach the shell as they are', () => {
  const self = [`/opt/it's $HOME "x"/tmux-drift`];
  const { items } = sessionsMenu([status('x')], 0, place({ self }));
  expect(items[0]?.command).toContain(`if-shell -b "'/opt/it'\\\\''s \\$HOME \\"x\\"/tmux-drift' `);
});

test('a line between items is an argument of its own', () => {
  expect(
    menuWords({
      items: [
        { name: 'a', key: 'k', command: 'c' },
        { name: '', key: '', command: '' },
      ],
    }),
  ).toEqual(['a', 'k', 'c', '']);
});

test('a row is found by its mark only while it is the same', () => {
  const one = row({ name: 'one', index: 2 });
  expect(markedRow([row(), one], markOf(one))).toBe(one);
  for (const other of [
    { ...one, name: 'two' },
    { ...one, status: 'terminated' },
    { ...one, epoch: 1 },
    { ...one, index: 3 },
  ]) {
    expect(() => markedRow([other], markOf(one))).toThrow('open the menu again');
  }
});
