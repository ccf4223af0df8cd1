/** Each class of drift on real tmux, with agents that behave like the real ones, through the real binary. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

const drifts = (sandbox: Sandbox) =>
  sandbox.reconcile().drifts.map(({ class: letter, kind, name, repaired }) => [letter, kind, name, repaired]);

/** A server with one session that is no agent's, and a registry. */
function setUp(registry = 'tmux_sessions: []\n'): { sandbox: Sandbox; server: TmuxServer } {
  const sandbox = new Sandbox();
  sandbox.writeRegistry(registry);
  return { sandbox, server: sandbox.server().start('main') };
}

test('A: ends the row of a session that is gone', async () => {
  const { sandbox, server } = setUp();
  await server.startAgent('api-creator-claude', 'claude');
  await server.startAgent('web-creator-claude', 'claude');
  sandbox.reconcile();
  server.kill('api-creator-claude');
  expect(drifts(sandbox)).toEqual([['A', 'gone', 'api-creator-claude', true]]);
  const row = sandbox.row('api-creator-claude');
  expect(row).toMatchObject({ status: 'terminated', termination_mode: 'auto-detected (tmux gone)' });
  expect(sandbox.row('web-creator-claude')?.status).toBe('running');
  expect(drifts(sandbox)).toEqual([]);
});

test('B: adds a row for an agent’s session that nobody registered', async () => {
  const { sandbox, server } = setUp();
  await server.startAgent('api-creator-claude', 'claude');
  await server.startAgent('web-creator-agy', 'agy --dangerously-skip-permissions');
  const report = sandbox.reconcile();
  expect(report.drifts.map(({ kind, name }) => [kind, name])).toEqual([
    ['unregistered', 'api-creator-claude'],
    ['unregistered', 'web-creator-agy'],
  ]);
  expect(report.tmux_sessions_alive).toEqual(['api-creator-claude|default', 'main|default', 'web-creator-agy|default']);
  expect(sandbox.row('api-creator-claude')).toMatchObject({
    status: 'running',
    tmux_server: 'default',
    pane: { cmd: 'claude' },
  });
  expect(sandbox.row('web-creator-agy')).toMatchObject({
    pane: { cmd_full: 'agy --dangerously-skip-permissions' },
    mcp_attachments: [],
  });
  expect(drifts(sandbox)).toEqual([]);
});

test('C: writes down the conversation that the agent itself names, and follows it', async () => {
  const { sandbox, server } = setUp();
  const first = await server.startAgent('api-creator-claude', 'claude');
  sandbox.reconcile();
  expect(sandbox.row('api-creator-claude')).toMatchObject({ claude_session_id_own: first });
  server.tmux('send-keys', '-t', `${server.id('api-creator-claude')}:`, '/clear', 'Enter');
  const record = () =>
    JSON.parse(sandbox.read(`.claude/sessions/${readdirSync(sandbox.file('.claude/sessions'))[0]}`)).sessionId;
  const second = await waitFor('another conversation', () => record() !== first && record());
  expect(drifts(sandbox)).toEqual([['C', 'conversation', 'api-creator-claude', true]]);
  expect(sandbox.row('api-creator-claude')).toMatchObject({
    claude_session_id_own: second,
    conversation: { id: second, source: 'process' },
  });
  expect(drifts(sandbox)).toEqual([]);
});

test('D: reports an identity whose artifact is not on disk, and changes nothing', () => {
  const { sandbox } = setUp(
    'tmux_sessions: []\nagent_identities:\n  claude: {session_id: 11111111-2222-4333-8444-555555555555}\n',
  );
  const before = sandbox.read('.local/state/tmux-drift/agent-sessions.yaml');
  expect(drifts(sandbox)).toEqual([['D', 'stale-identity', '(claude identity cache)', false]]);
  expect(sandbox.read('.local/state/tmux-drift/agent-sessions.yaml')).toBe(before);
});

test('E: takes a terminated row up again when its agent runs in a new session of its name', async () => {
  const { sandbox, server } = setUp();
  server.new('api-creator-claude', 'claude');
  sandbox.reconcile();
  server.kill('api-creator-claude');
  sandbox.reconcile();
  const ended = Number(sandbox.row('api-creator-claude')?.terminated_at_epoch);
  await waitFor('the next second', () => Date.now() / 1000 > ended + 1);
  await server.startAgent('api-creator-claude', 'claude');
  expect(drifts(sandbox)).toEqual([['E', 'revived', 'api-creator-claude', true]]);
  const row = sandbox.row('api-creator-claude');
  expect(row).toMatchObject({ status: 'running' });
  expect(row).not.toHaveProperty('terminated_at');
  expect(sandbox.rows()).toHaveLength(1);
});

test('F: another session of the same name, with the agent in it, replaces the one that was', async () => {
  const { sandbox, server } = setUp();
  await server.startAgent('api-creator-claude', 'claude');
  sandbox.reconcile();
  const before = sandbox.row('api-creator-claude');
  server.kill('api-creator-claude');
  await waitFor('the next seconds', () => Date.now() / 1000 > Number(before?.tmux_session_epoch) + 3);
  const id = await server.startAgent('api-creator-claude', 'claude');
  expect(drifts(sandbox)).toEqual([['F', 'replaced', 'api-creator-claude', true]]);
  expect(sandbox.row('api-creator-claude')).toMatchObject({ status: 'running', claude_session_id_own: id });
  expect(drifts(sandbox)).toEqual([]);
});

test('F: follows a session that was renamed', async () => {
  const { sandbox, server } = setUp();
  await server.startAgent('api-creator-claude', 'claude');
  sandbox.reconcile();
  server.rename('api-creator-claude', 'billing');
  expect(drifts(sandbox)).toEqual([['F', 'renamed', 'billing', true]]);
  expect(sandbox.rows().map(({ name, status }) => [name, status])).toEqual([['billing', 'running']]);
  expect(sandbox.row('billing')).toMatchObject({ attach_command: 'tmux attach -t "=billing"' });
});

test('G: reports an agent that has left its session', async () => {
  const { sandbox, server } = setUp();
  await server.startAgent('api-creator-claude', 'claude; exec sh');
  sandbox.reconcile();
  server.tmux('send-keys', '-t', `${server.id('api-creator-claude')}:`, '/exit', 'Enter');
  await waitFor('the agent has left', () => readdirSync(sandbox.file('.claude/sessions')).length === 0);
  expect(drifts(sandbox)).toEqual([['G', 'agent-exited', 'api-creator-claude', false]]);
  expect(sandbox.row('api-creator-claude')?.status).toBe('running');
});

test('H: reports a row that cannot be read, and reconciles the rest', () => {
  const { sandbox } = setUp('tmux_sessions:\n- status: running\n- name: api-creator-claude\n  status: running\n');
  expect(drifts(sandbox)).toEqual([
    ['A', 'gone', 'api-creator-claude', true],
    ['H', 'unreadable-row', '', false],
  ]);
});

test('--check says by its exit code what there is', async () => {
  const { sandbox, server } = setUp();
  const code = () => sandbox.call('reconcile', '--check', '--dry-run').status;
  expect(code()).toBe(0);
  // Up and in its conversation: what an agent says after the repair would be a drift again.
  await server.startAgent('api-creator-claude', 'claude');
  expect(code()).toBe(3);
  sandbox.reconcile();
  expect(code()).toBe(0);
});

test('--dry-run writes nothing at all', () => {
  const { sandbox, server } = setUp();
  server.new('api-creator-claude', 'claude');
  const before = sandbox.run('sh', '-c', 'cd ~ && find .local -exec stat -c "%n %Y %Z %s" {} +');
  expect(sandbox.reconcile('--dry-run').drifts).toMatchObject([{ kind: 'unregistered', repaired: false }]);
  expect(sandbox.run('sh', '-c', 'cd ~ && find .local -exec stat -c "%n %Y %Z %s" {} +')).toBe(before);
  expect(server.option('@drift_count')).toBe('');
});
