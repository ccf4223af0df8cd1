import { expect, test } from 'vitest';
import { LARGEST_PAYLOAD, type Message, readJobMessage } from '../../src/jobs/job-message.ts';

const BASE = 'python/mqtt/jobs';
const message = (payload: unknown, overrides: Partial<Message> = {}): Message => ({
  topic: `${BASE}/job-1/events`,
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  retain: false,
  dup: false,
  ...overrides,
});
const read = (payload: unknown, overrides: Partial<Message> = {}) => readJobMessage(message(payload, overrides), BASE);
const completed = { job_id: 'job-1', event: 'completed' };

test('completed and error are ends, everything else is not', () => {
  expect(read(completed)).toEqual({ kind: 'end', end: { jobId: 'job-1', event: 'completed', time: null } });
  expect(read({ ...completed, event: 'error', message: { any: ['thing'] } })).toMatchObject({
    kind: 'end',
    end: { event: 'error' },
  });
  expect(read({ ...completed, event: 'started' })).toEqual({ kind: 'other', jobId: 'job-1', event: 'started' });
  expect(read({ ...completed, event: 'x\u001b[2J' })).toMatchObject({ kind: 'other', event: 'x\\x1b[2J' });
});

test.for<[unknown, number | null]>([
  ['2026-06-19T14:27:29Z', 1781879249],
  ['2026-06-19T16:27:29.500+02:00', 1781879249.5],
  [1781879249, 1781879249],
  ['2026-06-19T14:27:29', null],
  ['yesterday', null],
  ['1781879249', null],
  [null, null],
  [{}, null],
])('time %j is %j', ([time, epoch]) => {
  expect(read({ ...completed, time })).toMatchObject({ end: { time: epoch } });
});

test.for<[string, unknown, Partial<Message>, string]>([
  ['a stored message', completed, { retain: true }, 'retained'],
  ['another topic', completed, { topic: `${BASE}/job-1/log` }, 'not a topic'],
  ['a topic of another base', completed, { topic: 'other/job-1/events' }, 'not a topic'],
  ['a topic without a job', completed, { topic: `${BASE}//events` }, 'not a topic'],
  ['a topic with two levels', completed, { topic: `${BASE}/a/b/events` }, 'not a topic'],
  ['another job than the topic says', { ...completed, job_id: 'job-2' }, {}, 'not the job of the topic'],
  ['no job', { event: 'completed' }, {}, 'without `job_id`'],
  ['a number for a job', { ...completed, job_id: 1 }, {}, 'without `job_id`'],
  ['no event', { job_id: 'job-1' }, {}, 'without `event`'],
  ['nothing', '', {}, 'no JSON object'],
  ['a list', [], {}, 'no JSON object'],
  ['half an object', '{"job_id":', {}, 'no JSON object'],
  ['a byte too much', { ...completed, padding: 'x'.repeat(LARGEST_PAYLOAD) }, {}, 'more than 65536'],
  [
    'too many keys',
    Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 0])),
    {},
    'more than 1000 keys',
  ],
  ['too many keys, hidden by blanks', `{${'"a" : 0,'.repeat(1001)}"b":0}`, {}, 'more than 1000 keys'],
])('%s is ignored', ([, payload, overrides, why]) => {
  expect(read(payload, overrides)).toMatchObject({ kind: 'ignored', why: expect.stringContaining(why) });
});

test('a prototype in disguise is a key like any other', () => {
  expect(read('{"__proto__":{"event":"completed"},"job_id":"job-1"}')).toMatchObject({ kind: 'ignored' });
});
