/** The installer on its own, outside tmux: where it looks for a released file, and in which shells it works. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root, Sandbox } from './harness.ts';
import { platform, program } from './install/plugin-repository.ts';

const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const asset = `tmux-drift-${version}-${platform}.gz`;

/** A plugin folder that wants a file with this sum. */
function makePlugin(sandbox: Sandbox, sum: string): string {
  const plugin = sandbox.file('tmux-drift');
  mkdirSync(plugin);
  for (const part of ['plugin.tmux', 'scripts', 'package.json'])
    cpSync(`${root}/${part}`, `${plugin}/${part}`, { recursive: true });
  writeFileSync(`${plugin}/SHA256SUMS`, `${sum}  ${asset}\n`);
  sandbox.run('git', 'init', '-q', plugin);
  return plugin;
}

/** The address that is asked for; whoever asks is told that there is nothing. */
function addressFor(origin: string | null): string {
  const sandbox = new Sandbox();
  const plugin = makePlugin(sandbox, '0'.repeat(64));
  chmodSync(sandbox.write('bin/curl', '#!/bin/sh\necho "curl: no" >&2\nexit 22\n'), 0o755);
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

test.each(['dash', 'bash', 'busybox sh', 'zsh --emulate sh'])('works in %s', (shell) => {
  const sandbox = new Sandbox();
  const released = gzipSync(program(version));
  const plugin = makePlugin(sandbox, createHash('sha256').update(released).digest('hex'));
  sandbox.write(`origin/dist/release/${asset}`, '');
  writeFileSync(sandbox.file(`origin/dist/release/${asset}`), released);
  sandbox.run('git', '-C', plugin, 'remote', 'add', 'origin', sandbox.file('origin'));
  const [name = '', ...words] = shell.split(' ');
  const { status, stderr } = spawnSync(name, [...words, `${plugin}/scripts/install-binary`], {
    env: sandbox.env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: `tmux-drift ${version} is installed\n` });
  expect(sandbox.run(`${plugin}/dist/tmux-drift`, '--version')).toBe(`${version}\n`);
  expect(readdirSync(`${plugin}/dist`).sort()).toEqual(['tmux-drift', 'tmux-drift.version']);
});
