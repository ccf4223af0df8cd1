/** Where the installer looks for a released file. */

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root, Sandbox } from './harness.ts';
import { platform } from './install/plugin-repository.ts';

const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const asset = `tmux-drift-${version}-${platform}.gz`;

/** The address that is asked for; whoever asks is told that there is nothing. */
function addressFor(origin: string | null): string {
  const sandbox = new Sandbox();
  const plugin = sandbox.file('tmux-drift');
  mkdirSync(plugin);
  for (const part of ['plugin.tmux', 'scripts', 'package.json'])
    cpSync(`${root}/${part}`, `${plugin}/${part}`, { recursive: true });
  writeFileSync(`${plugin}/SHA256SUMS`, `${'0'.repeat(64)}  ${asset}\n`);
  chmodSync(sandbox.write('bin/curl', '#!/bin/sh\necho "curl: no" >&2\nexit 22\n'), 0o755);
  sandbox.run('git', 'init', '-q', plugin);
  if (origin !== null) sandbox.run('git', '-C', plugin, 'remote', 'add', 'origin', origin);
  const { stderr } = spawnSync(`${plugin}/scripts/install-binary`, {
    env: { ...sandbox.env, PATH: `${sandbox.file('bin')}:${sandbox.env.PATH}` },
    encoding: 'utf8',
  });
  return /cannot fetch (\S+): /.exec(stderr)?.[1] ?? stderr;
}

const host = (start: string): string => `${start}/releases/download/v${version}/${asset}`;

test.each([
  ['https://host.example/someone/tmux-drift', host('https://host.example/someone/tmux-drift')],
  ['https://host.example/someone/tmux-drift.git', host('https://host.example/someone/tmux-drift')],
  ['https://host.example/someone/tmux-drift/', host('https://host.example/someone/tmux-drift')],
  // As TPM writes it for `user/repository`; and nobody's password goes to another server's log.
  ['https://git::@host.example/someone/tmux-drift', host('https://host.example/someone/tmux-drift')],
  ['https://me:secret@host.example:8443/someone/tmux-drift', host('https://host.example:8443/someone/tmux-drift')],
  ['http://127.0.0.1:3000/someone/tmux-drift', host('http://127.0.0.1:3000/someone/tmux-drift')],
  ['git@host.example:someone/tmux-drift.git', host('https://host.example/someone/tmux-drift')],
  ['host.example:group/sub/tmux-drift.git', host('https://host.example/group/sub/tmux-drift')],
  ['ssh://git@host.example:2222/someone/tmux-drift.git', host('https://host.example/someone/tmux-drift')],
  ['git://host.example/someone/tmux-drift', host('https://host.example/someone/tmux-drift')],
  ['file:///srv/tmux-drift', `file:///srv/tmux-drift/dist/release/${asset}`],
  ['/srv/tmux-drift/', `file:///srv/tmux-drift/dist/release/${asset}`],
])('from origin %s', (origin, address) => {
  expect(addressFor(origin)).toBe(address);
});

test('without an origin it says what to set', () => {
  expect(addressFor(null)).toBe('install: the checkout has no origin to fetch from: set @drift-release-url\n');
});
