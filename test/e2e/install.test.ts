/** From one `@plugin` line to a running binary, through real TPM, against a release server on loopback. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binary, Terminal } from './harness.ts';
import { atWork, errorOf, installed, leftIn, own, running, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

test('prefix + I brings the plugin and its binary, and a client is told', async () => {
  const there = await world();
  const { sandbox, server, calls } = there;
  sandbox.run('mkdir', '-p', sandbox.file('.tmux/plugins'));
  server.start('main');
  const terminal = new Terminal(sandbox, server, 'main');
  await waitFor('the client', () => terminal.screen().includes('[main]'));
  terminal.press('C-b', 'I');
  await waitFor('the binary is at work', () => atWork(server, own(there)));
  await waitFor('it is called', () => calls().some((call) => call.startsWith('0.1.0 event load --socket=')));
  await waitFor('the client is told', () => terminal.status().includes('tmux-drift 0.1.0 is installed'));
  expect(await leftIn(there)).toEqual(installed);
  expect(errorOf(there)).toBe('');
});

test('the real binary: what drifted is counted in the status line', async () => {
  const there = await world({ version: versionOfBuild(), oldest: versionOfBuild(), binary: readFileSync(binary) });
  const { sandbox, server } = there;
  sandbox.writeRegistry(
    'tmux_sessions: []\nagent_identities:\n  claude: {session_id: 11111111-1111-4111-8111-111111111111}\n',
  );
  await running(there);
  await waitFor('the count', () => server.option('@drift_count') === '1');
  const terminal = new Terminal(sandbox, server, 'main');
  await waitFor('it is on the screen', () => terminal.status().includes('drift:1'));
  expect(await leftIn(there)).toEqual(installed);
});

const versionOfBuild = (): string => readFileSync(`${binary}.version`, 'utf8').trim();

test('two servers that start at once fetch once', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'held';
  const servers = [there.server, there.sandbox.server('second')];
  for (const server of servers) server.start('main');
  await waitFor('one fetches', () => there.releases.requests.length === 1);
  await waitFor('the other shows it too', () =>
    servers.every((server) => server.option('@drift_status') === 'drift:dl'),
  );
  there.releases.mode = 'good';
  for (const server of servers) await waitFor('it is at work', () => atWork(server, own(there)));
  expect(there.releases.requests.length).toBe(1);
  expect(await leftIn(there)).toEqual(installed);
});

test('sourcing the configuration again while it is fetched', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'held';
  there.server.start('main');
  await waitFor('it fetches', () => there.releases.requests.length === 1);
  there.source(there.server);
  there.source(there.server);
  there.releases.mode = 'good';
  await waitFor('it is at work', () => atWork(there.server, own(there)));
  expect(there.releases.requests.length).toBe(1);
  expect(await leftIn(there)).toEqual(installed);
});

test('uninstalled while it is fetched: nothing comes back', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'held';
  there.server.start('main');
  await waitFor('it fetches', () => there.releases.requests.length === 1);
  there.sandbox.env.TMUX = `${there.server.socket},${there.server.pid},0`;
  there.sandbox.run(`${there.plugin}/plugin.tmux`, 'uninstall');
  there.releases.mode = 'good';
  expect(await leftIn(there)).toEqual(installed);
  await waitFor(
    'the installer has ended',
    () => there.sandbox.run('sh', '-c', 'ps -eo args').includes(`${there.plugin}/scripts`) === false,
  );
  expect(there.server.tmux('show-hooks', '-g')).not.toMatch(/session-.*1907/);
  expect(there.server.option('@drift_status')).toBe('');
});

test('a server that ends while it is fetched: the next one finds it', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'held';
  there.server.start('main');
  await waitFor('it fetches', () => there.releases.requests.length === 1);
  there.server.tmux('kill-server');
  there.releases.mode = 'good';
  await waitFor('it is there', () => existsSync(`${own(there)}.version`));
  expect(await leftIn(there)).toEqual(installed);
  await there.server.gone();
  there.server.start('main');
  await waitFor('it is at work', () => atWork(there.server, own(there)));
  expect(there.releases.requests.length).toBe(1);
});
