/** Fetching that fails: tmux is usable at once, a mark and a line say so, nothing is left over, and the next load tries again. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Terminal } from './harness.ts';
import { program } from './install/plugin-repository.ts';
import type { Mode } from './install/release-server.ts';
import { atWork, failed, installed, leftIn, startAtOnce, type World, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

async function worksAtTheNextLoad(there: World): Promise<void> {
  there.releases.mode = 'good';
  there.source(there.server);
  await waitFor('the binary is at work', () => atWork(there.server, `${there.plugin}/dist/tmux-drift`));
  await waitFor('the line is gone', () => there.server.option('@drift_error') === '');
  expect(await leftIn(there)).toEqual(installed);
}

test.each<[Mode, RegExp]>([
  ['404', /^install: cannot fetch http:\/\/127.*\/v0\.1\.0\/tmux-drift-0\.1\.0-.*\.gz: curl: \(22\).*404.*Next step: /],
  ['html', /^install: http.* is a web page, not a file: set @drift-release-url/],
  [
    'wrong',
    /^install: tmux-drift-0\.1\.0-.*\.gz has another checksum than this checkout's SHA256SUMS \(got [0-9a-f]{12}…\): nothing was installed/,
  ],
  ['cut', /^install: cannot fetch .*: curl: \(18\)/],
  ['cut-chunked', /^install: cannot fetch .*: curl: \(18\)/],
])('a server that answers with: %s', async (mode, line) => {
  const there = await world();
  there.clone();
  there.releases.mode = mode;
  startAtOnce(there);
  expect(await failed(there)).toMatch(line);
  expect(await leftIn(there)).toEqual([]);
  // Until the next load nothing is tried again.
  expect(there.releases.requests.length).toBe(1);
  await worksAtTheNextLoad(there);
});

test('a server that is not there', async () => {
  const there = await world({}, "set -g @drift-release-url 'http://127.0.0.1:1/{version}'");
  there.clone();
  startAtOnce(there);
  expect(await failed(there)).toMatch(
    /^install: cannot fetch http:\/\/127\.0\.0\.1:1\/0\.1\.0\/tmux-drift-.*: curl: \(7\)/,
  );
  expect(await leftIn(there)).toEqual([]);
});

test('no client is needed: the first one to attach is told', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = '404';
  startAtOnce(there);
  await failed(there);
  await waitFor('it waits', () => there.server.tmux('show-hooks', '-g').includes('client-attached[1907]'));
  const terminal = new Terminal(there.sandbox, there.server, 'main');
  await waitFor('it is told', () => terminal.status().includes('install: cannot fetch'));
  expect(there.server.tmux('show-hooks', '-g')).not.toContain('client-attached[1907]');
});

test('a slow server: tmux starts at once, and shows that something comes', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'slow';
  startAtOnce(there);
  await waitFor('it is shown', () => there.server.option('@drift_status') === 'drift:dl');
  expect(existsSync(join(there.plugin, 'dist/tmux-drift'))).toBe(false);
  await waitFor('it is at work', () => atWork(there.server, `${there.plugin}/dist/tmux-drift`), 20_000);
  expect(await leftIn(there)).toEqual(installed);
});

test('the megabytes that are there already are shown', async () => {
  const there = await world({ binary: program('0.1.0', Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))) });
  there.clone();
  // What is shown is the size of the file that is written, so a file will do.
  there.releases.mode = 'held';
  startAtOnce(there);
  const writing = await waitFor('it writes', () =>
    filesIn(`${there.plugin}/dist`).find((name) => name.endsWith('.gz')),
  );
  writeFileSync(`${there.plugin}/dist/${writing}`, Buffer.alloc(3 << 20));
  await waitFor('it is shown', () => there.server.option('@drift_status') === 'drift:dl 3M');
  there.releases.mode = 'good';
  expect(await failed(there)).toMatch(/another checksum/);
});

test.skipIf(process.getuid?.() !== 0).each([
  ['the file itself', 1 << 20],
  ['what is in it', 0],
])('a full disk: no room for %s', async (_, random) => {
  const noise = Buffer.from(Array.from({ length: random }, () => Math.random() * 256));
  const there = await world({ binary: program('0.1.0', Buffer.concat([noise, Buffer.alloc(1 << 20)])) });
  there.clone();
  mkdirSync(`${there.plugin}/dist`);
  there.sandbox.run('mount', '-t', 'tmpfs', '-o', 'size=400k', 'none', `${there.plugin}/dist`);
  onTestFinished(() => void there.sandbox.run('umount', '-l', `${there.plugin}/dist`));
  startAtOnce(there);
  expect(await failed(there)).toMatch(
    /^install: no space left in .*\/dist: 200 MB are needed for a moment\. Next step: /,
  );
  expect(await leftIn(there)).toEqual([]);
  there.sandbox.run('mount', '-o', 'remount,size=40m', `${there.plugin}/dist`);
  await worksAtTheNextLoad(there);
});

const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

test.each([
  [
    'tmux-drift: error while loading shared libraries: libatomic.so.1: cannot open shared object file',
    /does not start here: .*libatomic\.so\.1.*Next step: install libatomic1/,
  ],
  ["/lib/libc.so.6: version `GLIBC_2.28' not found", /does not start here: .*It needs a system with glibc 2\.28/],
])('a binary that does not start here: %s', async (words, line) => {
  const there = await world({ binary: Buffer.from(`#!/bin/sh\ncat >&2 <<'E'\n${words}\nE\nexit 127\n`) });
  there.clone();
  startAtOnce(there);
  expect(await failed(there)).toMatch(line);
  expect(await leftIn(there)).toEqual([]);
});

test('a checkout without sums says how to build, and fetches nothing', async () => {
  const there = await world({ sums: false });
  there.clone();
  startAtOnce(there);
  expect(await failed(there)).toMatch(
    /^install: SHA256SUMS has no tmux-drift-0\.1\.0-.*: set @drift-build on .*npm ci && npm run build/,
  );
  expect(there.releases.requests).toEqual([]);
});

test('an installer that was killed leaves a lock and files: the next load clears both away', async () => {
  const there = await world();
  there.clone();
  there.releases.mode = 'held';
  startAtOnce(there);
  const lock = `${there.plugin}/dist/.install.lock`;
  const pid = await waitFor('it has the lock', () => filesIn(lock)[0]);
  await waitFor('it fetches', () => there.releases.requests.length);
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const victim of [pid, child]) if (victim) spawnSync('kill', ['-9', victim]);
  await waitFor('it is dead', () => !existsSync(`/proc/${pid}`));
  expect(existsSync(lock)).toBe(true);
  await worksAtTheNextLoad(there);
});
