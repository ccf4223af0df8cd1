import { describe, expect, test } from 'vitest';
import type { Job, JobState } from '../../src/jobs/job-files.ts';
import { detect } from '../../src/reconcile/detect.ts';
import { artifactKey, type SessionFacts, type World } from '../../src/reconcile/types.ts';
import type { Row } from '../../src/registry/types.ts';
import { stateText } from '../../src/render/state-text.ts';
import { byAttention, withoutHistory } from '../../src/sessions/attention.ts';
import { type SessionStatus, sessionStatuses } from '../../src/sessions/status.ts';
import type { ServerObservation } from '../../src/tmux/types.ts';
import { absent, facts, NOW, ourRow, present, row, session, unknown, view, world } from '../builders/world.ts';

const job = (id: string, state: JobState): Job => ({
  id,
  state,
  prompt: null,
  agent: null,
  session: null,
  server: null,
  cwd: null,
  createdAt: null,
  updatedAt: null,
  message: null,
});

/** Statuses of rows in a world, as `status` comes by them. */
function statuses(
  rows: readonly Row[],
  servers: readonly ServerObservation[],
  sessions: Readonly<Record<string, SessionFacts>> = {},
  { jobs = [], overrides = {} }: { readonly jobs?: readonly Job[]; readonly overrides?: Partial<World> } = {},
): readonly SessionStatus[] {
  const seen = view(rows);
  const here = world(servers, sessions, overrides);
  return sessionStatuses({
    registry: seen,
    world: here,
    drifts: detect(seen, here),
    job: (id) => jobs.find((one) => one.id === id) ?? null,
  });
}

const only = (...given: Parameters<typeof statuses>): SessionStatus => statuses(...given)[0] as SessionStatus;
const terminated = (overrides: Partial<Row> = {}) =>
  row({ status: 'terminated', terminatedAt: NOW - 60, terminationReason: 'lost', ...overrides });

describe('the state column joins session and job:', () => {
  const live = [present([session()])];
  test.each([
    ['running', only([ourRow()], live, { $1: facts() })],
    [
      'running · job-17 working',
      only([ourRow({ jobId: 'job-17' })], live, { $1: facts() }, { jobs: [job('job-17', 'working')] }),
    ],
    ['running · job-17 unknown', only([ourRow({ jobId: 'job-17' })], live, { $1: facts() })],
    ['running · agent exited', only([ourRow({ childPid: 77 })], live, { $1: facts({ process: null, pids: [] }) })],
    ['running · no agent seen', only([ourRow()], live, { $1: facts({ process: null }) })],
    ['running · agent unknown', only([ourRow()], live, { $1: facts({ process: 'unknown' }) })],
    ['gone · not recorded yet', only([ourRow()], [present([session({ id: '$2', name: 'other' })])])],
    [
      'gone · job-17 working · not recorded yet',
      only([ourRow({ jobId: 'job-17' })], [absent()], {}, { jobs: [job('job-17', 'working')] }),
    ],
    ['unknown · Permission denied', only([ourRow()], [unknown()])],
    ['lost', only([terminated()], [absent()])],
    ['terminated · closed', only([terminated({ terminationReason: 'closed' })], [absent()])],
    ['terminated', only([terminated({ terminationReason: null })], [absent()])],
    [
      'terminated · job-9 completed',
      only(
        [terminated({ terminationReason: 'job-completed', jobId: 'job-9' })],
        [absent()],
        {},
        { jobs: [job('job-9', 'working')] },
      ),
    ],
    ['terminated · job-9 error', only([terminated({ terminationReason: 'job-error', jobId: 'job-9' })], [absent()])],
    ['archived', only([row({ status: 'archived' })], [absent()])],
    ['still-alive · a session of its name lives', only([terminated()], live, { $1: facts({ process: null }) })],
    ['running · started again', only([terminated()], [present([session({ created: NOW })])], { $1: facts() })],
    ['unregistered · no row yet', only([], live, { $1: facts() })],
  ])('%s', (text, status) => {
    expect(stateText(status)).toBe(text);
  });
});

test('a renamed session is shown under the name that it has', () => {
  expect(only([ourRow()], [present([session({ name: 'new-creator-claude' })])], { $1: facts() })).toMatchObject({
    name: 'new-creator-claude',
    state: 'running',
    sessionId: '$1',
  });
});

describe('a conversation', () => {
  const id = '1f2e3d4c-0000-0000-0000-000000000000';
  const held = ourRow({ conversation: { id, source: 'hook', observedAt: null, transcript: null } });
  const key = artifactKey('claude', id);
  test.each([
    ['known', { artifacts: new Map([[key, { state: 'present', path: '/x' } as const]]) }],
    ['pending', { artifacts: new Map([[key, { state: 'missing' } as const]]) }],
    ['missing', { artifacts: new Map([[key, { state: 'missing' } as const]]), seen: new Set([key]) }],
    ['unknown', { artifacts: new Map([[key, { state: 'unknown', reason: 'EACCES' } as const]]) }],
  ])('is %s', (state, overrides) => {
    expect(only([held], [present([session()])], { $1: facts() }, { overrides }).conversation).toEqual({
      id,
      source: 'hook',
      state,
    });
  });

  test('is not known where the row names none', () => {
    expect(only([ourRow()], [present([session()])], { $1: facts() }).conversation).toBeNull();
  });
});

/** A status of which only the given facts matter. */
const status = (name: string, overrides: Partial<SessionStatus>): SessionStatus => ({
  row: row({ name }),
  name,
  server: 'default',
  agent: 'claude',
  state: 'running',
  detail: null,
  job: null,
  conversation: null,
  cwd: null,
  since: NOW,
  sessionId: null,
  ...overrides,
});

test('what needs attention comes first, then what runs by name, then what has ended, newest first', () => {
  const sorted = byAttention([
    status('old', { state: 'terminated', since: NOW - 100 }),
    status('b', {}),
    status('new', { state: 'terminated', since: NOW - 10 }),
    status('a', {}),
    status('failed', { state: 'terminated', job: { id: 'job', state: 'error' } }),
    status('exited', { state: 'agent-exited' }),
    status('unknown', { state: 'unknown' }),
    status('lost', { state: 'lost' }),
  ]);
  expect(sorted.map(({ name }) => name)).toEqual(['lost', 'exited', 'unknown', 'failed', 'a', 'b', 'new', 'old']);
});

describe('left out unless everything is asked for:', () => {
  const DAY = 86_400;
  test.each([
    ['what runs', false, [status('x', {})]],
    ['what was lost, however long ago', false, [status('x', { state: 'lost', since: NOW - 30 * DAY })]],
    ['what ended today', false, [status('x', { state: 'terminated', since: NOW - 100 })]],
    ['what ended before yesterday', true, [status('x', { state: 'terminated', since: NOW - 2 * DAY })]],
    [
      'but not when its job never ended',
      false,
      [status('x', { state: 'terminated', since: NOW - 2 * DAY, job: { id: 'j', state: 'working' } })],
    ],
    ['what was deleted', true, [status('x', { state: 'terminated', row: row({ terminationReason: 'deleted' }) })]],
    ['what is archived', true, [status('x', { state: 'archived' })]],
    ['what was lost, when another row has its name', true, [status('x', { state: 'lost' }), status('x', {})]],
    ['the earlier one of two that were lost', true, [status('x', { state: 'lost' }), status('x', { state: 'lost' })]],
  ])('%s: %s', (_, hidden, [first, ...others]) => {
    const statuses = [first as SessionStatus, ...others];
    expect(withoutHistory(statuses, NOW).shown.includes(first as SessionStatus)).toBe(!hidden);
  });
});
