import { expect, test } from 'vitest';
import type { SpooledEvent } from '../../src/pipeline/spool.ts';
import { handledEvents, takeEvents } from '../../src/pipeline/take-events.ts';
import type { ServerObservation } from '../../src/tmux/types.ts';

const socket = '/tmp/tmux-1000/default';
const address = { label: 'default', socket, flags: ['-L', 'default'] as const };
const absent: ServerObservation = { state: 'absent', address, reason: null };
const unknown: ServerObservation = { state: 'unknown', address, reason: 'did not answer' };

const event = (overrides: Partial<SpooledEvent & { kind: 'tmux' }> = {}): SpooledEvent => ({
  kind: 'tmux',
  file: '/state/spool/%tmp/session-closed.1.none.2.3.4',
  socket,
  hook: 'session-closed',
  sessionId: '$1',
  noneLeft: true,
  serverPid: 2,
  serverStarted: 3,
  ...overrides,
});
const nameOf = ({ file }: SpooledEvent): string => file.slice(file.lastIndexOf('/') + 1);
const outcome = { servers: [absent], drifts: [], repaired: true, waiting: new Set([nameOf(event())]) };

test('an event that came after tmux was asked stays for the next run', () => {
  const [before, after] = [event(), event({ file: '/state/spool/%tmp/session-closed.5.none.2.3.6' })];
  expect(handledEvents([before, after], outcome)).toEqual([before]);
});

test('an event of a server that could not be asked stays', () => {
  expect(handledEvents([event()], { ...outcome, servers: [unknown] })).toEqual([]);
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
