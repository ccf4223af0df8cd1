import { describe, expect, test } from 'vitest';
import { parseRegistry } from '../../src/registry/parse-registry.ts';
import type { Row } from '../../src/registry/types.ts';
import { parse, rowNamed } from './builders.ts';

const row = (fields: string): Row =>
  rowNamed(parse(`tmux_sessions:\n- name: a\n${fields.replace(/^/gm, '  ')}\n`), 'a');

describe('parseRegistry', () => {
  test('decodes every fact of a row', () => {
    const registry = parse(FULL);
    expect(registry.unreadable).toEqual([]);
    expect(registry.rows).toEqual([
      {
        index: 0,
        place: { start: FULL.indexOf('- name'), end: FULL.indexOf('\nagent_identities'), line: 3 },
        name: 'api-creator-claude',
        status: 'terminated',
        server: 'work',
        socket: '/tmp/tmux-1000/work',
        sessionId: '$3',
        serverStarted: 1781870000,
        epoch: 1781879249,
        pane: { pid: 4242, cmd: 'claude', cmdFull: 'claude --model x', cwd: '/home/u/api' },
        childPid: 4243,
        agent: 'claude',
        jobId: 'job-17',
        ownIds: { claude_session_id_own: 'c0ffee' },
        conversation: { id: 'c0ffee', source: 'hook', observedAt: '2026-06-19T14:27:29Z', transcript: '/t.jsonl' },
        terminatedAt: 1781880000,
        terminationMode: 'auto-detected (tmux gone)',
        terminationReason: 'lost',
        startCommand: 'tmux new-session -d -s "api-creator-claude"',
        attachCommand: 'tmux attach -t "=api-creator-claude"',
        killCommand: 'tmux kill-session -t "=api-creator-claude"',
      },
    ]);
    expect(registry.identities).toEqual([
      { agent: 'claude', id: 'c0ffee' },
      { agent: 'agy', id: 'a9' },
    ]);
  });

  test.each([
    ['an empty file', ''],
    ['nothing but comments', '# none yet\n\n'],
    ['a document marker', '---\n'],
    ['no list', 'agent_identities: {}\n'],
    ['a null list', 'tmux_sessions:\n'],
    ['an empty list', 'tmux_sessions: []\n'],
    ['an empty map', '{}\n'],
  ])('%s is a registry without rows', (_title, text) => {
    expect(parse(text)).toMatchObject({ rows: [], unreadable: [], list: null });
  });

  test.each([
    ['09', '09'],
    ['1e5', '1e5'],
    ['2026-06-19', '2026-06-19'],
    ['yes', 'yes'],
    ["'it''s'", "it's"],
    ['"a\\tb"', 'a\tb'],
    ['!!str 5', '5'],
    ['>-\n  a\n  b', 'a b'],
  ])('takes a text as it is written: %s', (written, text) => {
    expect(row(`status: ${written.replaceAll('\n', '\n  ')}`).status).toBe(text);
  });

  test.each(['~', 'null', 'Null', 'NULL', '', '# nothing'])('reads %j as no fact', (written) => {
    const facts = row(
      `tmux_socket: ${written}\nchild_pid: ${written}\npane: ${written}\nclaude_session_id_own: ${written}`,
    );
    expect(facts).toMatchObject({ socket: null, childPid: null, pane: { pid: null }, ownIds: {} });
  });

  test('reads unknown pids, which are 0, as no fact', () => {
    expect(row('child_pid: 0\npane: {pid: 0}')).toMatchObject({ childPid: null, pane: { pid: null } });
  });

  test('a dot in a key is nothing special', () => {
    expect(row('pane.pid: 7').pane.pid).toBeNull();
  });

  test('takes a source that nobody knows for a guess', () => {
    expect(row('conversation: {id: x, source: magic}').conversation?.source).toBe('guess');
  });

  test.each([
    ['- 5', 'the row is a text, not a map'],
    ['-', 'the row is empty, not a map'],
    ['- [a]', 'the row is a list, not a map'],
    ['- status: running', '`name` is missing'],
    ['- name:', '`name` is missing'],
    ['- name: ""', '`name` is missing'],
    ['- name: [a]', '`name` is a list, not a text'],
    ['- name: a\n  status: {}', '`status` is a map, not a text'],
    ['- name: a\n  pane: []', '`pane` is a list, not a map'],
    ['- name: a\n  pane: here', '`pane` is a text, not a map'],
    ['- name: a\n  pane: {pid: x}', '`pane.pid` is not a number'],
    ['- name: a\n  tmux_session_epoch: soon', '`tmux_session_epoch` is not a number'],
    ['- name: a\n  tmux_session_epoch: NaN', '`tmux_session_epoch` is not a number'],
    ['- name: a\n  tmux_session_epoch: 1e+21', '`tmux_session_epoch` is not a number'],
    ['- name: a\n  tmux_session_epoch: 0123', '`tmux_session_epoch` is not a number'],
    ['- name: a\n  conversation: {source: []}', '`conversation.source` is a list, not a text'],
    ['- name: "a\u2028b"', 'a line separator that YAML readers disagree about'],
    ['- &x {name: a}\n- *x', 'the row is shared with another place (&)'],
    ['- {name: a, pane: &p {}}\n- {name: b, pane: *p}', '`pane` is shared with another place (&)'],
    ['- name: a\n  status: &s running\n- name: b\n  status: *s', '`status` is shared with another place (&)'],
    ['- name: a\n  <<: {pane: {pid: 1}}', '`pane` is shared with another place (<<)'],
  ])('leaves one bad row aside: %j', (bad, reason) => {
    const registry = parse(`tmux_sessions:\n- name: before\n${bad}\n- name: behind\n`);
    expect(registry.rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['before', 'behind']));
    expect(registry.unreadable[0]).toMatchObject({ index: 1, line: 3, reason });
  });

  test('reads aliases and merge keys that stand for single values', () => {
    const { rows, unreadable } = parse(
      'defaults: &d {tmux_server: work, status: x}\ns: &s running\ntmux_sessions:\n- <<: *d\n  status: *s\n  name: a\n',
    );
    expect(unreadable).toEqual([]);
    expect(rows[0]).toMatchObject({ name: 'a', server: 'work', status: 'running' });
  });

  test('an anchor that nobody uses does no harm', () => {
    expect(parse('tmux_sessions:\n- &a\n  name: a\n  pane: &p {pid: 1}\n').unreadable).toEqual([]);
  });

  test('offsets count the byte order mark and CRLF', () => {
    const text = '\ufefftmux_sessions:\r\n- name: a\r\n- name: b\r\n';
    expect(parse(text).rows.map(({ place }) => text.slice(place.start, place.end))).toEqual([
      '- name: a\r\n',
      '- name: b\r\n',
    ]);
  });

  test.each([
    ['a list at the top', '[1]\n', '1:1: the file is not a map\n  [1]'],
    ['rows that are no list', 'a: 1\ntmux_sessions: 5\n', '2:16: `tmux_sessions` is not a list\n  tmux_sessions: 5'],
    [
      'rows that are an alias',
      'a: &x []\ntmux_sessions: *x\n',
      '2:16: `tmux_sessions` is shared with another place\n  tmux_sessions: *x',
    ],
    ['a syntax error', 'a:\n- "b\n', '2:5: Missing closing "quote\n  - "b'],
    ['a tab', 'a:\n\tb: 1\n', '2:1: Tabs are not allowed as indentation\n  \\tb: 1'],
    ['a duplicate key', 'a: 1\n a: 2\n', '1:4: Nested mappings are not allowed in compact mappings\n  a: 1'],
    [
      'a duplicate key deep in a row',
      'tmux_sessions:\n- x: {b: 1, "b": 2}\n',
      '2:13: Map keys must be unique\n  - x: {b: 1, "b": 2}',
    ],
    [
      'an unknown tag',
      'a: !!python/name:os.system x\n',
      '1:4: Unresolved tag: tag:yaml.org,2002:python/name:os.system\n  a: !!python/name:os.system x',
    ],
    ['a directive', '%YAML 1.1\n---\na: 1\n', '1:1: a `%` directive: remove it\n  %YAML 1.1'],
    ['a second document', 'a: 1\n---\nb: 1\n', '2:1: a second document: a registry is one\n  ---'],
    ['an alias to nothing', 'a: *b\n', '1:4: Unresolved alias: b\n  a: *b'],
    ['an alias inside itself', 'a: &b [*b]\n', '1:8: Alias inside what it stands for: b\n  a: &b [*b]'],
    [
      'a line separator between rows',
      'a: 1\u2028b\n',
      '1:5: a line separator that YAML readers disagree about\n  a: 1\\u2028b',
    ],
    ['merging what is no map', 'a:\n  <<: 5\n', '2:7: `<<` needs a map\n    <<: 5'],
  ])('refuses %s, with place and line', (_title, text, message) => {
    expect(() => parseRegistry('/r.yaml', text)).toThrow(
      expect.objectContaining({ code: 'registry-unreadable', exitCode: 2, message: `/r.yaml:${message}` }),
    );
  });

  test('refuses an alias bomb', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `l${n}: &l${n} [${Array(9)
          .fill(n ? `*l${n - 1}` : 'x')
          .join()}]\n`,
    );
    expect(() => parse(levels.join(''))).toThrow(/Excessive aliases/);
  });

  test('refuses what is nested too deep, in flow and in block style', () => {
    expect(() => parse(`a: ${'['.repeat(20_000)}`)).toThrow(/nested too deep/);
    expect(() => parse('- '.repeat(20_000))).toThrow(/nested too deep/);
    expect(() => parse(Array.from({ length: 2000 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''))).toThrow(
      /nested too deep/,
    );
  });

  test('shows control characters escaped and long lines cut', () => {
    expect(() => parse(`a: !x "\u001b[31m${'x'.repeat(500)}"\n`)).toThrow(/\n {2}a: !x "\\x1b\[31mx{170,190}…$/);
  });
});

const FULL = `# the registry
tmux_sessions:                      # the rows
- name: api-creator-claude          # tmux session name
  status: terminated
  tmux_session_created_at: '2026-06-19T14:27:29Z'
  tmux_session_epoch: 1781879249
  tmux_server: work
  tmux_socket: /tmp/tmux-1000/work
  tmux_session_id: $3
  tmux_server_started: 1781870000
  agent: claude
  pane: {index: 0, pid: 4242, cmd: claude, cmd_full: claude --model x, cwd: /home/u/api}
  start_command: tmux new-session -d -s "api-creator-claude"
  attach_command: tmux attach -t "=api-creator-claude"
  kill_command: tmux kill-session -t "=api-creator-claude"
  delegate_job_id: job-17
  claude_session_id_own: c0ffee
  conversation:
    id: c0ffee
    source: hook
    observed_at: '2026-06-19T14:27:29Z'
    transcript: /t.jsonl
  child_pid: 4243
  terminated_at: '2026-06-19T14:40:00Z'
  terminated_at_epoch: 1781880000
  termination_mode: auto-detected (tmux gone)
  termination_reason: lost

agent_identities:
  claude: {session_id: c0ffee}
  agy: {conversation_id: a9}
  codex: {}
`;
