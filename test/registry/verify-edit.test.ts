import { expect, test } from 'vitest';
import type { Edit } from '../../src/registry/types.ts';
import { verifyEdit } from '../../src/registry/verify-edit.ts';
import { append, parse, remove, set } from './builders.ts';

const BEFORE = 'tmux_sessions:\n- name: a\n  status: running\n  epoch: 1\n- name: b\n  x: y z\nids: {c: 1}\n';
const before = parse(BEFORE);
const END = set('a', 'status', 'gone')(before);

const verify = (after: string, ...edits: readonly Edit[]) => verifyEdit(before, edits, after);

test('lets pass what was meant', () => {
  verify(BEFORE.replace('running', 'gone'), END);
  verify(BEFORE.replace('running', '"gone"  # how ever it is written'), END);
  verify(BEFORE.replace('ids', '- {name: n, pid: 7}\nids'), append({ name: 'n', pid: 7 })(before));
  verify(BEFORE.replace('  epoch: 1\n', ''), remove('a', 'epoch')(before));
  verify(BEFORE);
});

test.each([
  ['lost its edit', BEFORE],
  ['has another value', BEFORE.replace('running', 'going')],
  [
    'has a null instead of the text',
    BEFORE.replace('status: running', 'status: null'),
    set('a', 'status', 'null')(before),
  ],
  ['has a text instead of the number', BEFORE.replace('epoch: 1', "epoch: '2'"), set('a', 'epoch', 2)(before)],
  ['lost another key of the row', BEFORE.replace('running\n  epoch: 1', 'gone')],
  ['lost another row', BEFORE.replace('running', 'gone').replace(/- name: b\n.*\n/, '')],
  ['changed another row', BEFORE.replace('running', 'gone').replace('y z', 'y')],
  ['gained a row', BEFORE.replace('running', 'gone').replace('ids', '- {name: n}\nids')],
  ['lost another key of the file', BEFORE.replace('running', 'gone').replace(/ids.*\n/, '')],
  ['changed another key of the file', BEFORE.replace('running', 'gone').replace('c: 1', 'c: 2')],
  ['lost the new row', BEFORE, append({ name: 'n' })(before)],
  ['misspelled the new row', BEFORE.replace('ids', '- {name: n, a: no}\nids'), append({ name: 'n', a: false })(before)],
  ['kept what was to go', BEFORE, remove('a', 'epoch')(before)],
  ['is empty', ''],
])('refuses a text that %s', (_title, after, edit = END) => {
  expect(() => verify(after, edit)).toThrow(/nothing was written/);
});

test('refuses a text that cannot be read', () => {
  expect(() => verify(BEFORE.replace('running', '"gone'), END)).toThrow();
});
