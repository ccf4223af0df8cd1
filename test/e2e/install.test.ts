/** From one `@plugin` line to a running binary, through real TPM, against a release server on loopback. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { binary, Terminal } from './harness.ts';
import { program } from './install/plugin-repository.ts';
import { atWork, installed, leftIn, type World, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

const own = ({ plugin }: World): string => `${plugin}/dist/tmux-drift`;
const versionOf = (there: World): string => readFileSync(`${own(there)}.version`, 'utf8').trim();
const errorOf = ({ server }: World): string => server.option('@drift_error');

/** The server with the plugin's binary at work. */
async function running(there: World): Promise<void> {
  there.clone();
  there.server.start('main');
  await waitFor('the binary is at work', () => atWork(there.server, own(there)));
}

function onPath({ sandbox }: World, version: string): string {
  const path = sandbox.write('bin/tmux-drift', program(version).toString());
  chmodSync(path, 0o755);
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  return path;
}

function readOnly({ sandbox, plugin }: World): void {
  sandbox.run('mount', '--bind', plugin, plugin);
  onTestFinished(() => void sandbox.run('umount', '-l', plugin));
  sandbox.run('mount', '-o', 'remount,bind,ro', plugin);
}

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

test('prefix + U upgrades while sessions run, and the old binary works until the new one is there', async () => {
  const there = await world();
  const { sandbox, server, calls, releases, repository } = there;
  await running(there);
  const terminal = new Terminal(sandbox, server, 'main');
  repository.release({ version: '0.2.0', oldest: '0.1.0' });
  releases.mode = 'held';
  terminal.press('C-b', 'U');
  await waitFor('it asks', () => terminal.status().includes('plugin update:'));
  terminal.press('all', 'Enter');
  await waitFor('it fetches', () => releases.requests.length === 2);
  expect(atWork(server, own(there))).toBe(true);
  server.new('x-creator-claude');
  await waitFor('the old one is called', () => calls().some((call) => call.startsWith('0.1.0 event --socket=')));
  releases.mode = 'good';
  await waitFor('the new one is called', () => calls().some((call) => call.startsWith('0.2.0 event load')));
  expect([versionOf(there), errorOf(there)]).toEqual(['0.2.0', '']);
  expect(await leftIn(there)).toEqual(installed);
});

test('a downgrade of the checkout brings the older binary back', async () => {
  const there = await world();
  there.repository.release({ version: '0.2.0', oldest: '0.2.0' });
  await running(there);
  expect(versionOf(there)).toBe('0.2.0');
  there.sandbox.run('git', '-C', there.plugin, 'checkout', '-q', 'v0.1.0');
  there.source(there.server);
  await waitFor('the older one is called', () => there.calls().some((call) => call.startsWith('0.1.0 event load')));
  expect(versionOf(there)).toBe('0.1.0');
  expect(await leftIn(there)).toEqual(installed);
});

test('an upgrade that fails: an older binary that fits goes on working, and a line says why', async () => {
  const there = await world();
  await running(there);
  there.repository.release({ version: '0.2.0', oldest: '0.1.0' });
  there.sandbox.run('git', '-C', there.plugin, 'pull', '-q');
  there.releases.mode = '404';
  there.source(there.server);
  await waitFor('the line', () => errorOf(there).startsWith('install: cannot fetch'));
  expect(atWork(there.server, own(there))).toBe(true);
  expect(await leftIn(there)).toEqual(installed);
  expect(versionOf(there)).toBe('0.1.0');
});

test('an upgrade that fails: an older binary that does not fit is used no more', async () => {
  const there = await world();
  await running(there);
  there.repository.release({ version: '0.2.0', oldest: '0.2.0' });
  there.sandbox.run('git', '-C', there.plugin, 'pull', '-q');
  there.releases.mode = '404';
  there.source(there.server);
  expect(there.server.tmux('show-hooks', '-g')).not.toMatch(/session-.*1907/);
  await waitFor('the mark', () => there.server.option('@drift_status') === 'drift:!');
});

test('a binary on the PATH that fits is used, and nothing is fetched', async () => {
  const there = await world();
  const path = onPath(there, '0.1.7');
  there.clone();
  there.server.start('main');
  await waitFor('it is at work', () => atWork(there.server, path));
  expect(there.releases.requests).toEqual([]);
  expect(await leftIn(there)).toEqual([]);
});

test('a binary on the PATH that is too old is not used: the plugin’s own is fetched', async () => {
  const there = await world({ version: '0.2.0', oldest: '0.2.0' });
  onPath(there, '0.1.9');
  await running(there);
  expect(there.calls().filter((call) => call.startsWith('0.1.9'))).toEqual([]);
  expect(await leftIn(there)).toEqual(installed);
});

test.skipIf(process.getuid?.() !== 0)('a plugin folder that is read-only, with a binary on the PATH', async () => {
  const there = await world({ version: '0.2.0', oldest: '0.2.0' });
  const path = onPath(there, '0.1.9');
  there.clone();
  readOnly(there);
  there.server.start('main');
  await waitFor('the line', () =>
    errorOf(there).startsWith(
      `install: cannot write to ${there.plugin}/dist, and the one on the PATH is version 0.1.9: `,
    ),
  );
  expect(there.server.option('@drift_status')).toBe('drift:!');
  writeFileSync(path, program('0.2.0'));
  there.source(there.server);
  await waitFor('it is at work', () => atWork(there.server, path));
  expect(errorOf(there)).toBe('');
});

test('@drift-bin that is too old is named, and nothing is put in its place', async () => {
  const there = await world({ version: '0.2.0', oldest: '0.2.0' });
  there.sandbox.write(
    '.tmux.conf',
    `set -g @drift-bin '${onPath(there, '0.1.9')}'\n${there.sandbox.read('.tmux.conf')}`,
  );
  there.clone();
  there.server.start('main');
  await waitFor('the line', () => /^install: @drift-bin is version 0\.1\.9, and 0\.2\.0/.test(errorOf(there)));
  expect(there.releases.requests).toEqual([]);
});

test('a binary that was put there by hand, without a note, is asked for its version', async () => {
  const there = await world();
  there.clone();
  mkdirSync(`${there.plugin}/dist`);
  writeFileSync(own(there), program('0.1.0'), { mode: 0o755 });
  there.server.start('main');
  await waitFor('it is at work', () => atWork(there.server, own(there)));
  expect(there.releases.requests).toEqual([]);
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

/** npm and Node of the user's, as far as the installer can tell. */
function standInNpm({ sandbox, plugin }: World, node: string): void {
  const build = `mkdir -p dist && printf '#!/bin/sh\\necho 0.1.0\\n' >dist/tmux-drift && chmod +x dist/tmux-drift && echo 0.1.0 >dist/tmux-drift.version`;
  const npm = `#!/bin/sh\ncd '${plugin}' || exit\necho "$*" >>"$HOME/npm"\n[ "$1" = ci ] || { ${build}; }\n`;
  for (const [name, text] of [
    ['npm', npm],
    ['node', `#!/bin/sh\necho v${node}.1.0\n`],
  ] as const) {
    chmodSync(sandbox.write(`bin/${name}`, text), 0o755);
  }
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
}

test('@drift-build on: builds where nothing can be fetched', async () => {
  const there = await world({ sums: false }, 'set -g @drift-build on');
  there.clone();
  standInNpm(there, '20');
  there.server.start('main');
  await waitFor('it is at work', () => atWork(there.server, own(there)));
  expect(there.sandbox.read('npm')).toBe('ci --no-audit --no-fund\nrun build\n');
  expect(errorOf(there)).toBe('');
  expect(await leftIn(there)).toEqual(installed);
});

test('@drift-build on, with a Node that is too old', async () => {
  const there = await world({ sums: false }, 'set -g @drift-build on');
  there.clone();
  standInNpm(there, '18');
  there.server.start('main');
  await waitFor('the line', () =>
    /^install: SHA256SUMS has no .*; and building needs Node 20 or later$/.test(errorOf(there)),
  );
  expect(there.sandbox.read('npm')).toBe('');
});

test('a clone of a folder takes what was released there', async () => {
  const there = await world();
  there.clone();
  const source = there.sandbox.file('source');
  mkdirSync(`${source}/dist/release`, { recursive: true });
  const [asset = ''] = there.sandbox.run('sh', '-c', `cd ${there.releases.folder} && find . -name '*.gz'`).split('\n');
  copyFileSync(join(there.releases.folder, asset), `${source}/dist/release/${asset.split('/').at(-1)}`);
  there.sandbox.run('git', '-C', there.plugin, 'remote', 'set-url', 'origin', `file://${source}`);
  there.server.start('main');
  await waitFor('it is at work', () => atWork(there.server, own(there)));
  expect(there.releases.requests).toEqual([]);
});
