/** The first command that a newcomer runs. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root } from './harness.ts';

const ownFolders = (): readonly string[] => readdirSync('/tmp').filter((name) => name.startsWith('drift-demo.'));

test('the demo shows the main job and leaves nothing behind', () => {
  const before = ownFolders();
  const { status, stdout, stderr } = spawnSync(`${root}/scripts/demo`, { encoding: 'utf8', timeout: 60_000 });
  expect([status, stderr]).toEqual([0, '']);
  const inOrder = [
    'status: running',
    'drift:2',
    'drift:3',
    '"kind": "unregistered"',
    '3 repaired, 0 left',
    'termination_reason: lost',
    'termination_reason: closed',
    '"event": "completed"',
    /docs-creator-claude .* completed/,
  ];
  const places = inOrder.map((words) => stdout.search(words));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(ownFolders()).toEqual(before);
}, 90_000);
