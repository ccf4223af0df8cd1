import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LifecycleEvent } from '../../src/jobs/lifecycle.ts';
import { outboxPath, queueLifecycle, queueLifecycles, readOutbox, removeQueued } from '../../src/jobs/outbox.ts';

function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drift-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const event = (jobId: string, overrides: Partial<LifecycleEvent> = {}): LifecycleEvent => ({
  event: 'started',
  jobId,
  session: 'api-creator-claude',
  server: 'default',
  host: 'here',
  time: 1781879249,
  ...overrides,
});
const jobs = (state: string) => readOutbox(state).flatMap(({ events }) => events.map(({ jobId }) => jobId));

test('keeps the order of queueing, also after some were sent', () => {
  const state = stateFolder();
  for (const job of ['c', 'a', 'b']) queueLifecycle(state, event(job));
  queueLifecycles(state, [event('e'), event('d')]);
  expect(jobs(state)).toEqual(['c', 'a', 'b', 'e', 'd']);
  for (const queued of readOutbox(state).slice(0, 2)) removeQueued(queued);
  queueLifecycle(state, event('f'));
  expect(jobs(state)).toEqual(['b', 'e', 'd', 'f']);
});

test('an event is one line of JSON with job, session, server, host and time, and an id of its own', () => {
  const state = stateFolder();
  queueLifecycles(state, [event('a'), event('a', { session: null, server: null })]);
  const [first, second] = readOutbox(state)[0]?.events.map(({ payload }) => JSON.parse(payload)) ?? [];
  expect(first).toMatchObject({
    job_id: 'a',
    event: 'started',
    session: 'api-creator-claude',
    server: 'default',
    host: 'here',
    time: '2026-06-19T14:27:29Z',
  });
  expect(second).toMatchObject({ session: null, server: null });
  expect(first.id).not.toBe(second.id);
});

test('never grows beyond its bound: the oldest give way, which the journal says', () => {
  const state = stateFolder();
  queueLifecycle(state, event('oldest'));
  for (let number = 2; number <= 1000; number++)
    writeFileSync(join(outboxPath(state), `${String(number).padStart(12, '0')}.jsonl`), `{"job_id":"job-${number}"}\n`);
  queueLifecycle(state, event('newest'));
  queueLifecycle(state, event('newer'));
  expect(readdirSync(outboxPath(state))).toHaveLength(1000);
  expect([jobs(state)[0], ...jobs(state).slice(-2)]).toEqual(['job-3', 'newest', 'newer']);
  expect(readFileSync(join(state, 'journal.jsonl'), 'utf8')).toMatch(/outbox is full/);
});

test('a job that cannot be part of a topic goes to the journal, not to the broker', () => {
  const state = stateFolder();
  for (const job of ['', 'a/b', '+', '#', 'x\n', '$SYS', 'x'.repeat(201)]) queueLifecycle(state, event(job));
  expect(jobs(state)).toEqual([]);
  expect(readFileSync(join(state, 'journal.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(7);
});

test('nothing overtakes a file that is still being written; what a dead writer left is skipped', () => {
  const state = stateFolder();
  queueLifecycle(state, event('a'));
  const half = join(outboxPath(state), '000000000002.jsonl');
  writeFileSync(half, '{"job_id":"b","eve');
  queueLifecycle(state, event('c'));
  expect(jobs(state)).toEqual(['a']);
  utimesSync(half, 1, 1);
  expect(jobs(state)).toEqual(['a', 'c']);
});
