/** Another version of the checkout brings another binary, while sessions run. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Terminal } from './harness.ts';
import { atWork, errorOf, installed, leftIn, own, running, type World, world } from './install/world.ts';
import { waitFor } from './wait-for.ts';

const versionOf = (there: World): string => readFileSync(`${own(there)}.version`, 'utf8').trim();

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
