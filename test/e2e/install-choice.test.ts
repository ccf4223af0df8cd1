/** Which binary is used where there are several ways to have one: `@drift-bin`, the plugin's own, the PATH, a folder, a build. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { program } from './install/plugin-repository.ts';
import { atWork, errorOf, installed, leftIn, own, running, type World, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

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
