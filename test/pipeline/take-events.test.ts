import { expect, test } from 'vitest';
import type { SpooledEvent } from '../../src/pipeline/spool.ts';
import { handledFiles, takeEvents } from '../../src/pipeline/take-events.ts';
import type { ServerObservation } from '../../src/tmux/types.ts';

const socket = '/tmp/tmux-1000/default';
const address = { label: 'default', socket, flags: ['-L', 'default'] as const };
const absent: ServerObservation = { state: 'absent', address, reason: null };
const unknown: ServerObservation = { state: 'unknown', address, reason: 'did not answer' };
const file = '/state/spool/%tmp/taken.1.2.0';

const event = (overrides: Partial<SpooledEvent & { kind: 'tmux' }> = {}): SpooledEvent => ({
  kind: 'tmux',
  file,
  socket,
  hook: 'session-closed',
  sessionId: '$1',
  noneLeft: true,
  serverPid: 2,
  serverStarted: 3,
  ...overrides,
});
const outcome = { servers: [absent], drifts: [], repaired: true, taken: [{ file, socket }] };

test('an event that came after tmux was asked stays for the next run', () => {
  const later = event({ file: '/state/spool/%tmp/events' });
  expect(handledFiles([event(), later], outcome)).toEqual(new Set([file]));
});

test('events of a server that could not be asked stay', () => {
  expect(handledFiles([event()], { ...outcome, servers: [unknown] })).toEqual(new Set());
});

test('events of a server that was not asked stay', () => {
  expect(handledFiles([], { ...outcome, taken: [{ file, socket: '/elsewhere' }] })).toEqual(new Set());
});

test('a mark of a front is no evidence to be kept', () => {
  const asked: SpooledEvent = { kind: 'asked', file, socket, question: 'asked 7' };
  expect(handledFiles([asked], { ...outcome, servers: [unknown] })).toEqual(new Set([file]));
});

test('events that are kept do not pile up', () => {
  const taken = Array.from({ length: 150 }, (_, n) => ({ file: `/state/spool/%tmp/taken.${1000 + n}.2.0`, socket }));
  const events = taken.map(({ file: of }) => event({ file: of }));
  const handled = handledFiles(events, { ...outcome, servers: [unknown], taken });
  expect(handled).toEqual(new Set(taken.slice(0, 50).map(({ file: of }) => of)));
});

test('the report of a last session waits for others that come a moment later', () => {
  const later = event({ sessionId: '$7' });
  let reads = 0;
  const spooled = () => (reads++ === 0 ? [event()] : [event(), later]);
  expect(takeEvents(spooled, [absent])).toEqual([event(), later]);
});

test('events of servers that were not asked are left alone', () => {
  expect(takeEvents(() => [event({ socket: '/elsewhere' })], [absent])).toEqual([]);
});
