/** What a person sees: real TPM, a clone of this checkout, the real binary, a client in a terminal. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binary, root, Sandbox, Terminal, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

const tpm = ['/usr/share/tmux-plugin-manager/tpm', `${process.env.HOME}/.tmux/plugins/tpm/tpm`].find(existsSync);

/** A user's configuration with TPM at its end, and hooks of the user's own. */
function setUp(...lines: readonly string[]) {
  const sandbox = new Sandbox();
  const origin = sandbox.file('origin/tmux-drift');
  sandbox.run('git', 'clone', '--quiet', '--bare', `file://${root}`, origin);
  sandbox.write(
    '.tmux.conf',
    [
      `set -g @plugin 'file://${origin}'`,
      `set -g @drift-bin '${binary}'`,
      `set-hook -g session-closed "run-shell -b 'echo closed >>${sandbox.file('mine')}'"`,
      `set-hook -g session-created "run-shell -b 'echo created >>${sandbox.file('mine')}'"`,
      'set -g status-right-length 60',
      ...lines,
      `run '${tpm}'`,
      '',
    ].join('\n'),
  );
  const server = sandbox.server();
  return { sandbox, server, plugin: sandbox.file('.tmux/plugins/tmux-drift') };
}

/** Installs it as people do: prefix + I. */
async function install(sandbox: Sandbox, server: TmuxServer, plugin: string): Promise<Terminal> {
  sandbox.run('mkdir', '-p', sandbox.file('.tmux/plugins'));
  server.start('main');
  const terminal = new Terminal(sandbox, server, 'main');
  await waitFor('the client', () => terminal.status().includes('[main]'));
  terminal.press('C-b', 'I');
  await waitFor(
    'TPM is done',
    () => existsSync(`${plugin}/plugin.tmux`) && terminal.screen().includes('TMUX environment reloaded'),
  );
  terminal.press('Enter');
  await waitFor(
    'the plugin is loaded',
    () => server.option('@drift_count') !== '' && terminal.status().includes('[main]'),
  );
  return terminal;
}

const everything = (server: TmuxServer): string =>
  server.tmux('show-hooks', '-g', ';', 'show-options', '-g', ';', 'list-keys', ';', 'show-environment', '-gh');

test.skipIf(!tpm)('the count comes and goes on the screen, and the key repairs and tells', async () => {
  const { sandbox, server, plugin } = setUp('set -g @drift-repair off');
  const terminal = await install(sandbox, server, plugin);
  expect(terminal.status()).not.toContain('drift');

  await server.startAgent('api-creator-claude', 'claude');
  await waitFor('the count is on the screen', () => terminal.status().includes('drift:1'));
  expect(sandbox.rows()).toEqual([]);
  terminal.press('C-b', 'M-d');
  await waitFor('the result is on the screen', () =>
    terminal.status().includes('1 repaired, 0 left · registered: api-creator-claude'),
  );
  expect(sandbox.row('api-creator-claude')?.status).toBe('running');
  // A key ends the message.
  terminal.press('Enter');
  await waitFor(
    'the count is gone',
    () => terminal.status().includes('[main]') && !terminal.status().includes('drift:'),
  );

  server.kill('api-creator-claude');
  await waitFor('the count is on the screen', () => terminal.status().includes('drift:1'));
  expect(sandbox.row('api-creator-claude')?.status).toBe('running');
  terminal.press('C-b', 'M-d');
  await waitFor('the result is on the screen', () =>
    terminal.status().includes('1 repaired, 0 left · terminated: api-creator-claude'),
  );
  expect(sandbox.row('api-creator-claude')).toMatchObject({ status: 'terminated', termination_reason: 'closed' });
});

test.skipIf(!tpm)('repairs by itself unless told otherwise; what cannot be repaired stays on the screen', async () => {
  const { sandbox, server, plugin } = setUp();
  sandbox.writeRegistry(
    'tmux_sessions: []\nagent_identities:\n  claude: {session_id: 11111111-1111-4111-8111-111111111111}\n',
  );
  const terminal = await install(sandbox, server, plugin);
  await waitFor('the count is on the screen', () => terminal.status().includes('drift:1'));
  await server.startAgent('api-creator-claude', 'claude');
  await waitFor('the row', () => sandbox.row('api-creator-claude'));
  server.kill('api-creator-claude');
  await waitFor('its end', () => sandbox.row('api-creator-claude')?.status === 'terminated');
  terminal.press('C-b', 'M-d');
  await waitFor('the result is on the screen', () =>
    terminal.status().includes('0 repaired, 1 left · stale-identity: (claude identity cache)'),
  );
  expect(server.option('@drift_count')).toBe('1');
});

test.skipIf(!tpm)('reading the configuration again changes nothing, and the user’s own hooks go on', async () => {
  const { sandbox, server, plugin } = setUp();
  await install(sandbox, server, plugin);
  const before = everything(server);
  server.tmux('source-file', sandbox.file('.tmux.conf'));
  expect(everything(server)).toBe(before);

  expect(server.tmux('show-hooks', '-g', 'session-closed[0]')).toContain('/mine');
  const mine = sandbox.read('mine');
  server.new('api-creator-claude', 'claude');
  await waitFor(
    'both hooks ran',
    () => sandbox.read('mine') === `${mine}created\n` && sandbox.row('api-creator-claude'),
  );
  server.kill('api-creator-claude');
  await waitFor(
    'both hooks ran',
    () =>
      sandbox.read('mine') === `${mine}created\nclosed\n` && sandbox.row('api-creator-claude')?.status === 'terminated',
  );
});

test.skipIf(!tpm)('loads with tmux, and holds its start up by less than a blink', async () => {
  const { sandbox, server, plugin } = setUp();
  sandbox.run('git', 'clone', '--quiet', sandbox.file('origin/tmux-drift'), plugin);
  const begin = performance.now();
  server.start('main');
  expect(performance.now() - begin).toBeLessThan(1500);
  await waitFor('the plugin is loaded', () => server.option('@drift_count') === '0');
  expect(server.option('status-right')).toMatch(/^#\{E:@drift_status\}/);
});

test.skipIf(!tpm)('a clone works as it is: nothing is missing, everything that must be is executable', () => {
  const { sandbox, plugin } = setUp();
  sandbox.run('git', 'clone', '--quiet', sandbox.file('origin/tmux-drift'), plugin);
  for (const program of ['plugin.tmux', 'scripts/event.sh', 'scripts/hook.sh'])
    sandbox.run('test', '-x', `${plugin}/${program}`);
  expect(sandbox.run('git', '-C', plugin, 'status', '--porcelain')).toBe('');
});
