import { expect, test } from 'vitest';
import { latestAnswer } from '../../src/pipeline/ask-servers.ts';
import type { SpooledEvent } from '../../src/pipeline/spool.ts';
import type { ServerObservation } from '../../src/tmux/types.ts';

const socket = '/tmp/tmux-1000/default';
const address = { label: 'default', socket, flags: ['-L', 'default'] as const };
const absent: ServerObservation = { state: 'absent', address, reason: null };
const unknown: ServerObservation = { state: 'unknown', address, reason: 'did not answer' };
const file = '/state/spool/%tmp/taken.1.2.0';
const asked = (question: string): SpooledEvent => ({ kind: 'asked', file, socket, question });
const closed = (of = socket): SpooledEvent => ({
  kind: 'tmux',
  file,
  socket: of,
  hook: 'session-closed',
  sessionId: '$1',
  noneLeft: false,
  serverPid: 2,
  serverStarted: 3,
});

test.each<[string, ServerObservation]>([
  ['an answer', absent],
  ['none in time', unknown],
])('%s counts as long as no event has come since, and not behind one', (_title, server) => {
  const answer = { server, question: 'asked 7' };
  expect(latestAnswer(answer, [closed(), asked('asked 7')])).toBe(answer);
  expect(latestAnswer(answer, [closed(), asked('asked 7'), closed('/elsewhere')])).toBe(answer);
  expect(latestAnswer(answer, [closed(), asked('asked 7'), closed()])).toBeNull();
});

test.each<[string, readonly SpooledEvent[]]>([
  ['not the last one', [asked('asked 7'), closed(), asked('asked 8')]],
  ['gone', []],
])('an answer whose mark is %s does not count', (_title, spooled) => {
  expect(latestAnswer({ server: absent, question: 'asked 7' }, spooled)).toBeNull();
});
