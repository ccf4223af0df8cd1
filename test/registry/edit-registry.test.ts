import { describe, expect, test } from 'vitest';
import { editRegistry } from '../../src/registry/edit-registry.ts';
import { append, edited, type NamedEdit, parse, remove, set } from './builders.ts';

type Case = readonly [title: string, before: string, edits: readonly NamedEdit[], after: string];

const rows = (text: string): string => `tmux_sessions:\n${text}`;

/** The rows before and behind show that nothing else moves. */
const between = (text: string): string =>
  `# head\ntmux_sessions:   # rows\n- name: x\n\n  status: running # x\n${text}- {name: z, status:   running}\n\nagent_identities: {}\n`;

describe('editRegistry changes a value and nothing else', () => {
  test.each<Case>([
    ['plain', '- name: a\n  status: running\n', [set('a', 'status', 'gone')], '- name: a\n  status: gone\n'],
    [
      'with a comment',
      '- name: a\n  status: running   # now\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status: gone   # now\n',
    ],
    [
      'in single quotes',
      "- name: a\n  status: 'running'\n",
      [set('a', 'status', 'gone')],
      "- name: a\n  status: 'gone'\n",
    ],
    [
      'in double quotes',
      '- name: a\n  status: "running"\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status: "gone"\n',
    ],
    ['that needs quotes', '- name: a\n  status: running\n', [set('a', 'status', '09')], "- name: a\n  status: '09'\n"],
    ['empty', '- name: a\n  status:\n', [set('a', 'status', 'gone')], '- name: a\n  status: gone\n'],
    [
      'empty with a comment',
      '- name: a\n  status:  # ?\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status: gone  # ?\n',
    ],
    ['null', '- name: a\n  jobs: ~\n', [set('a', 'jobs', 7)], '- name: a\n  jobs: 7\n'],
    ['to null', '- name: a\n  jobs: "7"\n', [set('a', 'jobs', null)], '- name: a\n  jobs: null\n'],
    [
      'on the next line',
      '- name: a\n  status:\n    running\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status:\n    gone\n',
    ],
    [
      'over several lines',
      '- name: a\n  status: run\n    ning # x\n  b: 1\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status: gone # x\n  b: 1\n',
    ],
    [
      'in a block scalar',
      '- name: a\n  status: |\n    run\n\n  b: 1\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  status: gone\n\n  b: 1\n',
    ],
    ['with a tag', '- name: a\n  status: !!str running\n', [set('a', 'status', 'gone')], '- name: a\n  status: gone\n'],
    ['of the key beside the dash', '- name: a\n  b: 1\n', [set('a', 'name', 'c')], '- name: c\n  b: 1\n'],
    [
      'in a flow row',
      '- {name: a, status: running, b: 1}\n',
      [set('a', 'status', 'it, is')],
      "- {name: a, status: 'it, is', b: 1}\n",
    ],
    [
      'inside a flow map',
      '- name: a\n  pane: {pid: 1, cwd: /}  # p\n',
      [set('a', 'pane.pid', 2)],
      '- name: a\n  pane: {pid: 2, cwd: /}  # p\n',
    ],
    [
      'inside a block map',
      '- name: a\n  pane:\n    pid: 1 # p\n    cwd: /\n',
      [set('a', 'pane.pid', 2)],
      '- name: a\n  pane:\n    pid: 2 # p\n    cwd: /\n',
    ],
    ['without a colon', '- {name: a, status}\n', [set('a', 'status', 'gone')], '- {name: a, status: gone}\n'],
    [
      'of an explicit key',
      '- name: a\n  ? status\n  : running\n',
      [set('a', 'status', 'gone')],
      '- name: a\n  ? status\n  : gone\n',
    ],
    [
      'that is an alias',
      '- name: a\n  b: &b 1\n  jobs: *b\n',
      [set('a', 'jobs', 2)],
      '- name: a\n  b: &b 1\n  jobs: 2\n',
    ],
    [
      'wide dashes',
      '-   name: a\n    status: running\n',
      [set('a', 'status', 'gone')],
      '-   name: a\n    status: gone\n',
    ],
    [
      'two in one row',
      '- name: a\n  b: 1\n  c: 2\n',
      [set('a', 'c', 4), set('a', 'b', 3)],
      '- name: a\n  b: 3\n  c: 4\n',
    ],
    ['twice: the last one counts', '- name: a\n  b: 1\n', [set('a', 'b', 3), set('a', 'b', 4)], '- name: a\n  b: 4\n'],
    [
      'in two rows',
      '- name: a\n  b: 1\n- name: c\n  b: 1\n',
      [set('c', 'b', 3), set('a', 'b', 2)],
      '- name: a\n  b: 2\n- name: c\n  b: 3\n',
    ],
  ])('%s', (_title, before, edits, after) => {
    expect(edited(between(before), ...edits)).toBe(between(after));
  });
});

describe('editRegistry replaces whole maps', () => {
  test.each<Case>([
    [
      'key by key',
      '- name: a\n  pane: {pid: 1, cwd: /}\n',
      [set('a', 'pane', { pid: 2, cmd: 'x' })],
      '- name: a\n  pane: {pid: 2, cmd: x}\n',
    ],
    [
      'in their style',
      '- name: a\n  pane: # p\n    pid: 1 # q\n    cwd: /\n',
      [set('a', 'pane', { pid: 2, cmd: 'x' })],
      '- name: a\n  pane: # p\n    pid: 2 # q\n    cmd: x\n',
    ],
    [
      'that were null',
      '- name: a\n  pane: null  # p\n',
      [set('a', 'pane', { pid: 2 })],
      '- name: a\n  pane: {pid: 2}  # p\n',
    ],
    [
      'by an empty one',
      '- name: a\n  pane:  # p\n    pid: 1\n  b: 1\n',
      [set('a', 'pane', {})],
      '- name: a\n  pane: {}  # p\n  b: 1\n',
    ],
    [
      'by null',
      '- name: a\n  pane:\n    pid: 1 # q\n  b: 1\n',
      [set('a', 'pane', null)],
      '- name: a\n  pane: null\n  b: 1\n',
    ],
    [
      'by a text, over a list',
      '- name: a\n  b:  # why\n  - 1\n  - 2\n  c: 1\n',
      [set('a', 'b', 'x')],
      '- name: a\n  b: x  # why\n  c: 1\n',
    ],
    [
      'and edits inside them',
      '- name: a\n  pane: {pid: 1}\n',
      [set('a', 'pane', { pid: 2 }), set('a', 'pane.cwd', '/')],
      '- name: a\n  pane: {pid: 2, cwd: /}\n',
    ],
    [
      'that are empty',
      '- name: a\n  pane: {}\n',
      [set('a', 'pane', { pid: 2, cwd: '/' })],
      '- name: a\n  pane: {pid: 2, cwd: /}\n',
    ],
  ])('%s', (_title, before, edits, after) => {
    expect(edited(between(before), ...edits)).toBe(between(after));
  });
});

describe('editRegistry inserts a missing key', () => {
  test.each<Case>([
    [
      'at the end of the row',
      '- name: a\n  b: 1 # b\n\n# next\n',
      [set('a', 'c', 2)],
      '- name: a\n  b: 1 # b\n  c: 2\n\n# next\n',
    ],
    [
      'behind its sibling',
      '- name: a\n  b: 1 # b\n  d: 1\n',
      [set('a', 'c', 2, 'b')],
      '- name: a\n  b: 1 # b\n  c: 2\n  d: 1\n',
    ],
    [
      'at the end where the sibling is missing',
      '- name: a\n  d: 1\n',
      [set('a', 'c', 2, 'b')],
      '- name: a\n  d: 1\n  c: 2\n',
    ],
    [
      'behind a sibling of several lines',
      '- name: a\n  b:\n    x: 1\n  d: 1\n',
      [set('a', 'c', 2, 'b')],
      '- name: a\n  b:\n    x: 1\n  c: 2\n  d: 1\n',
    ],
    [
      'behind a block scalar',
      '- name: a\n  b: |+\n    x\n\n',
      [set('a', 'c', 2)],
      '- name: a\n  b: |+\n    x\n\n  c: 2\n',
    ],
    ['several, in their order', '- name: a\n', [set('a', 'c', 2), set('a', 'b', 1)], '- name: a\n  c: 2\n  b: 1\n'],
    [
      'with the map that holds it',
      '- name: a\n',
      [set('a', 'pane.pid', 2), set('a', 'pane.cwd', '/')],
      '- name: a\n  pane: {pid: 2, cwd: /}\n',
    ],
    ['in a flow row', '- {name: a, b: 1 }\n', [set('a', 'c', 2)], '- {name: a, b: 1, c: 2 }\n'],
    [
      'in a flow row behind its sibling',
      '- {name: a, b: 1}\n',
      [set('a', 'c', 2, 'name')],
      '- {name: a, c: 2, b: 1}\n',
    ],
    [
      'in a flow map with comments',
      '- name: a\n  pane: { x: 1, # x\n    y: 2 # y\n    }\n',
      [set('a', 'pane.z', 3)],
      '- name: a\n  pane: { x: 1, # x\n    y: 2, z: 3 # y\n    }\n',
    ],
    ['in JSON', '- {"name": "a", "b": 1}\n', [set('a', 'c', 'x')], '- {"name": "a", "b": 1, "c": "x"}\n'],
    [
      'in a block map of the row',
      '- name: a\n  pane:\n      pid: 1\n',
      [set('a', 'pane.cwd', '/')],
      '- name: a\n  pane:\n      pid: 1\n      cwd: /\n',
    ],
    ['in an indented list', '  - name: a\n', [set('a', 'c', 2)], '  - name: a\n    c: 2\n'],
    [
      'over what a merge gives',
      '- name: a\n  <<: {status: x}\n',
      [set('a', 'status', 'z')],
      '- name: a\n  <<: {status: x}\n  status: z\n',
    ],
  ])('%s', (_title, before, edits, after) => {
    expect(edited(rows(before), ...edits)).toBe(rows(after));
  });
});

describe('editRegistry removes a key with all its lines', () => {
  test.each<Case>([
    ['plain', '- name: a\n  b: 1 # b\n  c: 2\n', [remove('a', 'b')], '- name: a\n  c: 2\n'],
    ['that is not there', '- name: a\n', [remove('a', 'b'), remove('a', 'b.c')], '- name: a\n'],
    [
      'of several lines',
      '- name: a\n  b:\n    x: |\n      1\n\n    y: 1\n  c: 2\n',
      [remove('a', 'b')],
      '- name: a\n  c: 2\n',
    ],
    ['beside the dash', '- b: 1 # b\n  name: a\n', [remove('a', 'b')], '- name: a\n'],
    [
      'beside the dash and the next',
      '- b: 1\n  c: 1\n  name: a\n',
      [remove('a', 'b'), remove('a', 'c')],
      '- name: a\n',
    ],
    ['beside the dash above a comment', '- b: 1\n  # why\n  name: a\n', [remove('a', 'b')], '- \n  # why\n  name: a\n'],
    [
      'in a flow row',
      '- {b: 1, name: a, c: 2, d: 3}\n',
      [remove('a', 'b'), remove('a', 'c'), remove('a', 'd')],
      '- {name: a}\n',
    ],
    [
      'in a flow row in the middle',
      '- {name: a, b: 1, c: 2, d: 3}\n',
      [remove('a', 'b'), remove('a', 'c')],
      '- {name: a, d: 3}\n',
    ],
    [
      'behind a comment in a flow map',
      '- name: a\n  p: { x: 1, # x\n    k: 2 }\n',
      [remove('a', 'p.k')],
      '- name: a\n  p: { x: 1, # x\n     }\n',
    ],
    [
      'the last one of a block map',
      '- name: a\n  p: # p\n    x: 1\n',
      [remove('a', 'p.x')],
      '- name: a\n  p: {}  # p\n',
    ],
    ['the last one of a flow map', '- name: a\n  p: {x: 1}\n', [remove('a', 'p.x')], '- name: a\n  p: {}\n'],
    [
      'and puts another one',
      '- name: a\n  p:\n    x: 1\n  c: 2\n',
      [remove('a', 'p.x'), set('a', 'p.k', 2)],
      '- name: a\n  p:\n    k: 2\n  c: 2\n',
    ],
    [
      'and puts another one in flow',
      '- name: a\n  p: {x: 1, z: 1}\n',
      [remove('a', 'p.z'), set('a', 'p.k', 2)],
      '- name: a\n  p: {x: 1, k: 2}\n',
    ],
    ['and puts it back', '- name: a\n  b: 1\n', [remove('a', 'b'), set('a', 'b', 2)], '- name: a\n  b: 2\n'],
    [
      'that a merge gives: null instead',
      '- name: a\n  <<: {status: x}\n',
      [remove('a', 'status')],
      '- name: a\n  <<: {status: x}\n  status: null\n',
    ],
  ])('%s', (_title, before, edits, after) => {
    expect(edited(rows(before), ...edits)).toBe(rows(after));
  });
});

const NEW = { name: 'new', status: 'running', pane: { index: 0, cmd: 'claude' }, mcp: [], id: null };
const LINES = '- name: new\n  status: running\n  pane: {index: 0, cmd: claude}\n  mcp: []\n  id: null\n';

describe('editRegistry appends a row', () => {
  test.each<Case>([
    ['behind the last one', rows('- name: a\n'), [append(NEW)], rows(`- name: a\n${LINES}`)],
    [
      'before comments and keys that follow',
      rows('- name: a\n\n# ids\nagent_identities: {}\n'),
      [append(NEW)],
      rows(`- name: a\n${LINES}\n# ids\nagent_identities: {}\n`),
    ],
    [
      'behind comments of the last one',
      rows('- name: a\n  # x\n  # y\n# z\n'),
      [append(NEW)],
      rows(`- name: a\n  # x\n  # y\n${LINES}# z\n`),
    ],
    [
      'with the indent of the others',
      rows('  - name: a\n'),
      [append({ name: 'new', b: 1 })],
      rows('  - name: a\n  - name: new\n    b: 1\n'),
    ],
    [
      'with block maps where the last one has one',
      rows('- name: a\n  pane:\n    pid: 1\n'),
      [append(NEW)],
      rows(
        '- name: a\n  pane:\n    pid: 1\n- name: new\n  status: running\n  pane:\n    index: 0\n    cmd: claude\n  mcp: []\n  id: null\n',
      ),
    ],
    [
      'two at once',
      rows('- name: a\n'),
      [append({ name: 'new' }), append({ name: 'more' })],
      rows('- name: a\n- name: new\n- name: more\n'),
    ],
    [
      'where the last line is not ended',
      rows('- name: a'),
      [append({ name: 'new', b: 1 })],
      rows('- name: a\n- name: new\n  b: 1'),
    ],
    [
      'to CRLF lines',
      'tmux_sessions:\r\n- name: a\r\n',
      [append({ name: 'new', b: 1 })],
      'tmux_sessions:\r\n- name: a\r\n- name: new\r\n  b: 1\r\n',
    ],
    ['to an empty file', '', [append({ name: 'new' })], rows('- name: new\n')],
    ['to nothing but comments', '# none yet', [append({ name: 'new' })], '# none yet\ntmux_sessions:\n- name: new'],
    [
      'to an empty list',
      '# c\ntmux_sessions: []   # none\nb: 1\n',
      [append({ name: 'new' })],
      '# c\ntmux_sessions:   # none\n- name: new\nb: 1\n',
    ],
    [
      'to an absent list',
      'tmux_sessions:   # none\n\nb: 1\n',
      [append({ name: 'new' })],
      'tmux_sessions:   # none\n- name: new\n\nb: 1\n',
    ],
    ['to a null list', 'tmux_sessions: null', [append({ name: 'new' })], 'tmux_sessions:\n- name: new'],
    [
      'to a file without the list',
      'b: 1\n\n# end\n',
      [append({ name: 'new' })],
      'b: 1\ntmux_sessions:\n- name: new\n\n# end\n',
    ],
    ['to an empty map', '{}\n', [append({ name: 'new' })], rows('- name: new\n')],
    [
      'to an indented file',
      '  b: 1\n  c: 1\n',
      [append({ name: 'new', d: 1 })],
      '  b: 1\n  c: 1\n  tmux_sessions:\n  - name: new\n    d: 1\n',
    ],
    [
      'to a flow list',
      'tmux_sessions: [{name: a}]\n',
      [append({ name: 'new' })],
      'tmux_sessions: [{name: a}, {name: new}]\n',
    ],
    [
      'to a flow list of lines',
      'tmux_sessions: [\n  {name: a},\n  {name: b}\n  ]\n',
      [append({ name: 'new' })],
      'tmux_sessions: [\n  {name: a},\n  {name: b},\n  {name: new}\n  ]\n',
    ],
    [
      'to JSON',
      '{"tmux_sessions": [\n  {"name": "a"}\n]}\n',
      [append({ name: 'new' })],
      '{"tmux_sessions": [\n  {"name": "a"},\n  {"name": "new"}\n]}\n',
    ],
    [
      'to JSON without the list',
      '{"b": 1}\n',
      [append({ name: 'new' })],
      '{"b": 1, "tmux_sessions": [{"name": "new"}]}\n',
    ],
    [
      'along with a change',
      rows('- name: a\n  b: 1\n'),
      [append({ name: 'new' }), set('a', 'c', 2)],
      rows('- name: a\n  b: 1\n  c: 2\n- name: new\n'),
    ],
  ])('%s', (_title, before, edits, after) => {
    expect(edited(before, ...edits)).toBe(after);
  });
});

describe('editRegistry keeps the file', () => {
  test('with CRLF line breaks', () => {
    const text = 'tmux_sessions:\r\n- name: a\r\n  pane:\r\n    pid: 1\r\n  b: 1\r\n';
    expect(edited(text, set('a', 'pane.cwd', '/'), set('a', 'c', 2), remove('a', 'b'))).toBe(
      'tmux_sessions:\r\n- name: a\r\n  pane:\r\n    pid: 1\r\n    cwd: /\r\n  c: 2\r\n',
    );
  });

  test('without a line break at its end', () => {
    expect(edited(rows('- name: a\n  b: 1'), set('a', 'c', 2))).toBe(rows('- name: a\n  b: 1\n  c: 2'));
    expect(edited(rows('- name: a\n  pane:\n    pid: 1'), set('a', 'pane.x', 2), set('a', 'c', 2))).toBe(
      rows('- name: a\n  pane:\n    pid: 1\n    x: 2\n  c: 2'),
    );
  });

  test('and the value of a block scalar that ends it', () => {
    expect(edited(rows('- name: a\n  b: |\n    x'), set('a', 'c', 2))).toBe(rows('- name: a\n  c: 2\n  b: |\n    x'));
  });

  test('with its byte order mark', () => {
    expect(edited('\ufefftmux_sessions:\n- name: a\n', set('a', 'b', 1))).toBe(
      '\ufefftmux_sessions:\n- name: a\n  b: 1\n',
    );
  });

  test('and throws rather than change another place through an anchor', () => {
    const registry = parse(rows('- name: a\n  tui: &t {x: 1}\n- name: b\n  tui: *t\n'));
    expect(registry.rows).toHaveLength(2);
    for (const row of registry.rows) {
      const edit = { kind: 'set', row, path: ['tui', 'x'], value: 2 } as const;
      expect(() => editRegistry(registry, [edit])).toThrow(/tui/);
    }
  });
});
