/** What tmux's hooks bring about, with the real plugin and the real binary: nobody calls anything here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Sandbox, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

/** A server with the plugin, loaded, and one session that is no agent's. */
async function setUp(...conf: readonly string[]): Promise<{ sandbox: Sandbox; server: TmuxServer }> {
  const sandbox = new Sandbox().usePlugin(...conf);
  const server = sandbox.server().start('main');
  await waitFor('the plugin is loaded', () => server.option('@drift_count') === '0');
  return { sandbox, server };
}

/** Nothing waits and nobody is at work. */
function settled(sandbox: Sandbox): boolean {
  const spool = `${sandbox.state}/spool`;
  return (
    !existsSync(spool) ||
    readdirSync(spool).every((name) => !name.endsWith('.gate') && readdirSync(`${spool}/${name}`).length === 0)
  );
}

test('the plugin makes an empty registry that only its owner can read', async () => {
  const { sandbox } = await setUp();
  expect(sandbox.rows()).toEqual([]);
  expect(sandbox.run('stat', '-c', '%a', sandbox.registry, sandbox.state)).toBe('600\n700\n');
});

test('registers an agent’s session, and ends its row when it is closed', async () => {
  const { sandbox, server } = await setUp();
  await server.startAgent('api-creator-claude', 'claude');
  await waitFor('the row', () => sandbox.row('api-creator-claude'));
  server.kill('api-creator-claude');
  await waitFor('its end', () => sandbox.row('api-creator-claude')?.status === 'terminated');
  expect(sandbox.row('api-creator-claude')?.termination_reason).toBe('closed');
  await waitFor('nothing is left waiting', () => settled(sandbox));
});

test('follows a renamed session', async () => {
  const { sandbox, server } = await setUp();
  await server.startAgent('api-creator-claude', 'claude');
  await waitFor('the row', () => sandbox.row('api-creator-claude'));
  server.rename('api-creator-claude', 'billing');
  await waitFor('the new name', () => sandbox.row('billing'));
  expect(sandbox.rows()).toHaveLength(1);
});

test('knows the user’s own names of agent sessions', async () => {
  const { sandbox, server } = await setUp("set -g @drift-agents 'codex=zz-* claude=ai-*'");
  await server.startAgent('ai-tests', 'claude');
  await waitFor('the row', () => sandbox.row('ai-tests'));
});

describe('the last session, and the server with it', () => {
  test.each<[string, (server: TmuxServer) => void, string]>([
    [
      'closed by the end of its pane',
      (server) => server.tmux('send-keys', '-t', `${server.id('api-creator-claude')}:`, '/exit', 'Enter'),
      'closed',
    ],
    ['closed by kill-session', (server) => server.kill('api-creator-claude'), 'closed'],
    ['closed by kill-server', (server) => server.tmux('kill-server'), 'closed'],
    ['closed by SIGTERM to the server', (server) => process.kill(server.pid, 'SIGTERM'), 'closed'],
  ])('%s', async (_, end, reason) => {
    const { sandbox, server } = await setUp();
    await server.startAgent('api-creator-claude', 'claude');
    server.kill('main');
    await waitFor('the row', () => sandbox.row('api-creator-claude'));
    end(server);
    await server.gone();
    await waitFor('the end of the row', () => sandbox.row('api-creator-claude')?.status === 'terminated');
    expect(sandbox.row('api-creator-claude')?.termination_reason).toBe(reason);
  });

  test.each<[string, (server: TmuxServer) => void]>([
    ['kill-server', (server) => server.tmux('kill-server')],
    ['SIGTERM', (server) => process.kill(server.pid, 'SIGTERM')],
  ])('several sessions that %s takes at once are lost', async (_, end) => {
    const { sandbox, server } = await setUp();
    await server.startAgent('api-creator-claude', 'claude');
    await server.startAgent('web-creator-agy', 'agy');
    await waitFor('the rows', () => sandbox.rows().length === 2);
    end(server);
    await server.gone();
    await waitFor('their end', () => sandbox.rows().every(({ status }) => status === 'terminated'));
    expect(sandbox.rows().map(({ termination_reason }) => termination_reason)).toEqual(['lost', 'lost']);
  });

  test('a server that was killed by SIGKILL is found gone when the next one loads the plugin', async () => {
    const { sandbox, server } = await setUp();
    await server.startAgent('api-creator-claude', 'claude');
    await waitFor('the row', () => sandbox.row('api-creator-claude'));
    process.kill(server.pid, 'SIGKILL');
    await server.gone();
    expect(sandbox.row('api-creator-claude')?.status).toBe('running');
    server.start('main');
    await waitFor('the end of the row', () => sandbox.row('api-creator-claude')?.status === 'terminated');
    expect(sandbox.row('api-creator-claude')?.termination_reason).toBe('lost');
  });
});

test('two servers share one registry, and each counts its own', async () => {
  const { sandbox, server } = await setUp('set -g @drift-repair off');
  const other = sandbox.server('other').start('main');
  await waitFor('the plugin is loaded there', () => other.option('@drift_count') === '0');
  await server.startAgent('same-creator-claude', 'claude');
  await other.startAgent('same-creator-claude', 'claude');
  await other.startAgent('more-creator-agy', 'agy');
  await waitFor('the counts', () => server.option('@drift_count') === '1' && other.option('@drift_count') === '2');
  const { drifts } = sandbox.reconcile();
  expect(drifts.map(({ kind, name, server }) => [kind, name, server])).toEqual(
    expect.arrayContaining([
      ['unregistered', 'same-creator-claude', 'default'],
      ['unregistered', 'same-creator-claude', 'other'],
      ['unregistered', 'more-creator-agy', 'other'],
    ]),
  );
  expect(
    sandbox
      .rows()
      .map(({ name, tmux_server }) => `${name}|${tmux_server}`)
      .toSorted(),
  ).toEqual(['more-creator-agy|other', 'same-creator-claude|default', 'same-creator-claude|other']);
  expect([server.option('@drift_count'), other.option('@drift_count')]).toEqual(['0', '0']);

  other.tmux('kill-server');
  server.tmux('set', '-g', '@drift-repair', 'on');
  await other.gone();
  expect(sandbox.reconcile().drifts.every(({ server }) => server === 'other')).toBe(true);
  expect(
    sandbox
      .rows()
      .map(({ name, status }) => `${name} ${status}`)
      .toSorted(),
  ).toEqual(['more-creator-agy terminated', 'same-creator-claude running', 'same-creator-claude terminated']);
});

test('with @drift-repair off it only counts, and the segment comes and goes', async () => {
  const { sandbox, server } = await setUp('set -g @drift-repair off');
  await server.startAgent('api-creator-claude', 'claude');
  await waitFor('the count', () => server.option('@drift_count') === '1');
  expect(server.option('@drift_status')).toContain('#{@drift_count}');
  expect(sandbox.rows()).toEqual([]);
  server.kill('api-creator-claude');
  await waitFor('the count again', () => server.option('@drift_count') === '0');
  expect(server.option('@drift_status')).toBe('');
});

test('twenty sessions at once: all registered', async () => {
  const { sandbox, server } = await setUp();
  const names = Array.from({ length: 20 }, (_, n) => `s${n}-creator-claude`);
  server.tmux(...names.flatMap((name) => ['new-session', '-d', '-s', name, 'claude', ';']).slice(0, -1));
  await waitFor('twenty rows', () => sandbox.rows().length === 20);
  await waitFor('nothing is left waiting', () => settled(sandbox));
  expect(
    sandbox
      .rows()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(names.toSorted());
  server.tmux(...names.flatMap((name) => ['kill-session', '-t', `=${name}`, ';']).slice(0, -1));
  await waitFor('twenty ends', () => sandbox.rows().every(({ status }) => status === 'terminated'));
});

test('says in @drift_error what keeps it from working, and takes it back', async () => {
  const { sandbox, server } = await setUp();
  const good = readFileSync(sandbox.registry, 'utf8');
  sandbox.writeRegistry('tmux_sessions: [\n');
  server.new('a-creator-claude', 'claude');
  await waitFor('the error', () => server.option('@drift_error').startsWith('reconcile: '));
  await waitFor('the last words are kept', () => sandbox.read('.local/state/tmux-drift/last-error'));
  sandbox.writeRegistry(good);
  server.new('b-creator-claude', 'claude');
  await waitFor('it works again', () => sandbox.rows().length === 2 && server.option('@drift_error') === '');
});
