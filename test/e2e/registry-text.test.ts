/** Other people's files: what we did not have to change is as it was, to the byte. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from './harness.ts';

const python = process.env.TMUX_DRIFT_TEST_PYTHON ?? 'python3';

/** Thirty rows as a Python script writes them; all but one are over. */
const writer = `
import sys, yaml
rows = []
for n in range(30):
    rows.append({
        'name': f'job-{n:02}-creator-claude', 'status': 'running' if n == 17 else 'terminated',
        'tmux_session_created_at': '2026-06-19T14:27:29Z', 'tmux_session_epoch': 1781879249 + n, 'tmux_server': 'default',
        'pane': {'index': 0, 'pid': 4242 + n, 'cmd': 'claude', 'cmd_full': 'claude', 'cwd': '/home/ü/api: #1'},
        'start_command': f'tmux new-session -d -s "job-{n:02}-creator-claude" -x 140 -y 40 -c "/home/ü/api: #1" "claude"',
        'notes': 'Zeile 1\\nZeile 2\\n', 'tags': ['on', 'yes', '0x10', None, 1.5, True], 'claude_session_id_own': None,
    })
    if rows[-1]['status'] == 'terminated':
        rows[-1]['terminated_at_epoch'] = 1781880000
yaml.safe_dump({'tmux_sessions': rows, 'agent_identities': {'claude': {'session_id': None}}, 'mine': {'☃': 'naïve'}},
    open(sys.argv[1], 'w', encoding='utf-8'), sort_keys=False, allow_unicode=True, width=4096)
`;

const rewrite = `
import sys, yaml
data = yaml.safe_load(open(sys.argv[1], encoding='utf-8'))
yaml.safe_dump(data, open(sys.argv[2], 'w', encoding='utf-8'), sort_keys=False, allow_unicode=True, width=4096)
`;

function setUp(text?: string) {
  const sandbox = new Sandbox();
  sandbox.writeRegistry(text ?? '');
  if (text === undefined) sandbox.run(python, '-c', writer, sandbox.registry);
  sandbox.server().start('main');
  return { sandbox, lines: () => readFileSync(sandbox.registry, 'utf8').split('\n') };
}

test('an edit of one row of a file that PyYAML wrote changes only lines of that row', () => {
  const { sandbox, lines } = setUp();
  const before = lines();
  expect(sandbox.reconcile().drifts).toMatchObject([{ class: 'A', name: 'job-17-creator-claude', repaired: true }]);
  const after = lines();
  const start = before.indexOf('- name: job-17-creator-claude');
  const end = before.indexOf('- name: job-18-creator-claude');
  expect(after.slice(0, start)).toEqual(before.slice(0, start));
  expect(after.slice(after.length - (before.length - end))).toEqual(before.slice(end));
  const row = after.slice(start, after.length - (before.length - end));
  expect(
    row.filter((line) => !before.slice(start, end).includes(line)).map((line) => line.trim().split(':')[0]),
  ).toEqual(['status', 'terminated_at', 'terminated_at_epoch', 'termination_mode', 'termination_reason']);
});

test('PyYAML reads the same after it, and writes the same again', () => {
  const { sandbox } = setUp();
  sandbox.reconcile();
  const rows = sandbox.rows();
  sandbox.run(python, '-c', rewrite, sandbox.registry, sandbox.file('rewritten.yaml'));
  sandbox.run('cp', sandbox.file('rewritten.yaml'), sandbox.registry);
  expect(sandbox.rows()).toEqual(rows);
  expect(sandbox.reconcile().drifts).toEqual([]);
});

test('a run that finds nothing leaves the file untouched', () => {
  const { sandbox } = setUp();
  sandbox.reconcile();
  const before = statSync(sandbox.registry, { bigint: true });
  const text = readFileSync(sandbox.registry);
  sandbox.reconcile();
  const after = statSync(sandbox.registry, { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  expect(readFileSync(sandbox.registry)).toEqual(text);
});

test('comments, quotes, order, blank lines and keys that it does not know stay, in a file written by hand', () => {
  const { sandbox, lines } = setUp(`# my agents
tmux_sessions:

  - status: "running"       # yes, it runs
    name: 'api-creator-claude'
    my_key:   [ a,  b ]     # kept

  # the next one is over
  - {name: old-creator-claude, status: archived}

more: {things: 1}
`);
  const before = lines();
  expect(sandbox.reconcile().drifts).toMatchObject([{ class: 'A', name: 'api-creator-claude', repaired: true }]);
  const after = lines();
  const changed = before.filter((line) => !after.includes(line));
  expect(changed).toEqual(['  - status: "running"       # yes, it runs']);
  expect(after.filter((line) => line.includes('# yes, it runs'))).toEqual([expect.stringContaining('terminated')]);
});

test.each([
  ['a syntax error', 'tmux_sessions: [\n', /:2:1|:1:/],
  ['a key twice', 'tmux_sessions: []\ntmux_sessions: []\n', /:2:1/],
  ['another shape', 'tmux_sessions: 3\n', /:1:/],
])('refuses a file with %s: says where, writes nothing', (_, text, where) => {
  const { sandbox } = setUp(text);
  const { status, stdout, stderr } = sandbox.call('reconcile');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sandbox.registry);
  expect(stderr).toMatch(where);
  expect(readFileSync(sandbox.registry, 'utf8')).toBe(text);
});

test('a missing registry: exit code 1, and none is made', () => {
  const sandbox = new Sandbox();
  const { status, stderr } = sandbox.call('reconcile');
  expect([status, stderr]).toEqual([1, `ERROR: ${sandbox.registry} not found\n`]);
  expect(existsSync(sandbox.registry)).toBe(false);
});
