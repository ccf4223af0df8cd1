import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leaseHolder, leasePath, takeLease } from '../../src/jobs/mqtt/lease.ts';

function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drift-lease-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As another process would hold it. */
function heldBy(state: string, pid: number | undefined, ageS = 0): void {
  mkdirSync(leasePath(state));
  const then = Date.now() / 1000 - ageS;
  utimesSync(leasePath(state), then, then);
  writeFileSync(join(state, 'mqtt.holder'), `${pid} drain\n`);
}

const lost = () => {};

test('is held by one at a time, and free again after', async () => {
  const state = stateFolder();
  const lease = await takeLease(state, 'drain', lost);
  expect(lease).not.toBeNull();
  expect(leaseHolder(state)).toEqual({ pid: process.pid, kind: 'drain' });
  await lease?.release();
  const again = await takeLease(state, 'drain', lost);
  expect(again).not.toBeNull();
  await again?.release();
});

test('of a living holder counts for a minute', async () => {
  const state = stateFolder();
  const other = spawn('sleep', ['60']);
  onTestFinished(() => void other.kill());
  heldBy(state, other.pid, 55);
  expect(await takeLease(state, 'drain', lost)).toBeNull();
  const past = Date.now() / 1000 - 65;
  utimesSync(leasePath(state), past, past);
  const lease = await takeLease(state, 'drain', lost);
  expect(lease).not.toBeNull();
  await lease?.release();
});

test('of a dead holder is taken over within seconds', async () => {
  const state = stateFolder();
  const other = spawn('true');
  await new Promise((resolve) => other.once('exit', resolve));
  heldBy(state, other.pid);
  const before = performance.now();
  const lease = await takeLease(state, 'drain', lost);
  expect(lease).not.toBeNull();
  expect(performance.now() - before).toBeLessThan(3500);
  await lease?.release();
});

test('that was taken away is told, and released without harm', async () => {
  const state = stateFolder();
  const told = Promise.withResolvers<void>();
  const other = spawn('true');
  await new Promise((resolve) => other.once('exit', resolve));
  heldBy(state, other.pid, 10);
  const lease = await takeLease(state, 'drain', told.resolve);
  rmSync(leasePath(state), { recursive: true });
  await told.promise;
  await lease?.release();
});
