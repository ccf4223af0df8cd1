/** Which programs the installer does without, and what it says where it cannot. */
import { existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sandbox } from './harness.ts';
import type { Mode } from './install/release-server.ts';
import { atWork, failed, installed, leftIn, startAtOnce, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

/** All programs of the PATH but some. */
function without(sandbox: Sandbox, ...names: readonly string[]): string {
  const folder = mkdtempSync(sandbox.file('bin-'));
  for (const place of (sandbox.env.PATH ?? '').split(delimiter).filter((path) => existsSync(path))) {
    for (const name of readdirSync(place)) {
      if (!names.includes(name) && !existsSync(join(folder, name))) symlinkSync(join(place, name), join(folder, name));
    }
  }
  return folder;
}

test.each([[['curl', 'sha256sum', 'timeout']], [['sha256sum', 'shasum']]])('does without %s', async (missing) => {
  const there = await world();
  there.clone();
  there.sandbox.env.PATH = without(there.sandbox, ...missing);
  startAtOnce(there);
  await waitFor('it is at work', () => atWork(there.server, `${there.plugin}/dist/tmux-drift`));
  expect(await leftIn(there)).toEqual(installed);
});

test.each([
  [['curl', 'wget'], /: neither curl nor wget is installed\. Next step: install one/],
  [
    ['sha256sum', 'shasum', 'openssl'],
    /^install: cannot check the fetched file: none of sha256sum, shasum and openssl/,
  ],
])('does not do without %s', async (missing, line) => {
  const there = await world();
  there.clone();
  there.sandbox.env.PATH = without(there.sandbox, ...missing);
  startAtOnce(there);
  expect(await failed(there)).toMatch(line);
  expect(await leftIn(there)).toEqual([]);
});

test.each<[Mode, RegExp]>([
  ['404', /^install: cannot fetch .*: wget|the server did not give it/],
  ['cut', /^install: (cannot fetch|.*another checksum)/],
])('without curl, a server that answers with: %s', async (mode, line) => {
  const there = await world();
  there.clone();
  there.sandbox.env.PATH = without(there.sandbox, 'curl');
  there.releases.mode = mode;
  startAtOnce(there);
  expect(await failed(there)).toMatch(line);
  expect(await leftIn(there)).toEqual([]);
});
