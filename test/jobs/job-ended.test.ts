import { expect, test } from 'vitest';
import { endJobs, type JobEnd } from '../../src/reconcile/job-ended.ts';
import type { Edit, Row } from '../../src/registry/types.ts';
import { NOW, row as rowOf } from '../builders/world.ts';

const row = (overrides: Partial<Row> = {}): Row => rowOf({ jobId: 'job-1', ...overrides });
const end = (overrides: Partial<JobEnd> = {}): JobEnd => ({
  jobId: 'job-1',
  event: 'completed',
  time: null,
  ...overrides,
});
const kinds = (rows: readonly Row[], ...ends: readonly JobEnd[]) =>
  endJobs(rows, ends, NOW).verdicts.map(({ kind }) => kind);
const set = (edits: readonly Edit[]) =>
  Object.fromEntries(edits.flatMap((edit) => (edit.kind === 'set' ? [[edit.path.join('.'), edit.value]] : [])));

const ENDED = { status: 'terminated', terminatedAt: NOW - 60, terminationMode: 'auto-detected (MQTT completed)' };

test('an end terminates the active row of its job', () => {
  const active = row();
  const { edits, verdicts } = endJobs([row({ jobId: 'job-2' }), active, row({ jobId: null })], [end()], NOW);
  expect(set(edits)).toEqual({
    status: 'terminated',
    terminated_at: '2027-01-15T08:00:00Z',
    terminated_at_epoch: NOW,
    termination_mode: 'auto-detected (MQTT completed)',
    termination_reason: 'job-completed',
  });
  expect(edits.every((edit) => edit.kind === 'set' && edit.row === active)).toBe(true);
  expect(verdicts).toEqual([{ kind: 'ended', terminated: [active], sessions: [{ row: active, bornBefore: null }] }]);
});

test('an error is called one', () => {
  expect(set(endJobs([row()], [end({ event: 'error' })], NOW).edits)).toMatchObject({
    termination_mode: 'auto-detected (MQTT error)',
    termination_reason: 'job-error',
  });
});

test.for<[string, readonly Row[], Partial<JobEnd>, string]>([
  ['a job that no row has', [row()], { jobId: 'job' }, 'unknown'],
  ['a row of an unusual status is active', [row({ status: 'idle' })], {}, 'ended'],
  ['an archived row', [row({ status: 'archived' })], {}, 'over'],
  [
    'a row that ended otherwise',
    [row({ status: 'terminated', terminationMode: 'auto-detected (tmux gone)' })],
    {},
    'over',
  ],
  ['a row that an event ended before', [row(ENDED)], {}, 'again'],
  ['an event from before the session', [row({ epoch: NOW })], { time: NOW - 3 }, 'too-old'],
  ['an event from when the session began', [row({ epoch: NOW })], { time: NOW - 2 }, 'ended'],
  ['an event that says no time', [row({ epoch: NOW })], {}, 'ended'],
  ['a row without an epoch', [row({ epoch: null })], { time: 0 }, 'ended'],
])('%s', ([, rows, event, kind]) => {
  expect(kinds(rows, end(event))).toEqual([kind]);
});

test('the same end twice in one batch terminates once, and ends the session once more', () => {
  const active = row();
  const { edits, verdicts } = endJobs([active], [end(), end({ event: 'error' })], NOW);
  expect(set(edits)).toMatchObject({ termination_reason: 'job-completed' });
  expect(edits).toHaveLength(5);
  expect(verdicts.map(({ kind, terminated, sessions }) => [kind, terminated.length, sessions.length])).toEqual([
    ['ended', 1, 1],
    ['again', 0, 1],
  ]);
});

test('a repeated end means only a session that is older than the end of its row', () => {
  const ended = row(ENDED);
  expect(endJobs([ended], [end()], NOW)).toEqual({
    edits: [],
    verdicts: [{ kind: 'again', terminated: [], sessions: [{ row: ended, bornBefore: NOW - 60 }] }],
  });
});

test('a job of several sessions ends them all', () => {
  expect(
    endJobs([row({ name: 'a' }), row({ name: 'b' })], [end()], NOW).verdicts[0]?.terminated.map(({ name }) => name),
  ).toEqual(['a', 'b']);
});
