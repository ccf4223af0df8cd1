import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasNewEvents, readSpool, removeSpooled, spoolHookCall, takeSpool } from '../../src/pipeline/spool.ts';
import { tempFolder } from '../registry/temp-folder.ts';

const socket = '/tmp/tmux-1000/default';
const filesOf = (taken: readonly { readonly file: string }[]) => new Set(taken.map(({ file }) => file));

function spoolWith(text: string) {
  const state = tempFolder();
  const folder = join(state, 'spool', socket.replaceAll('/', '%'));
  mkdirSync(folder, { recursive: true });
  if (text) writeFileSync(join(folder, 'events'), text);
  return { state, folder };
}

test('reads what the fronts write, and leaves out what they do not', () => {
  const lines = ['session-closed 17 none 4520 1795333762', 'asked 4711', '', 'session-closed 17', 'something else'];
  const { state } = spoolWith(`${lines.join('\n')}\nsession-cre`);
  const tmux = { kind: 'tmux', hook: 'session-closed', sessionId: '$17', noneLeft: true, serverPid: 4520 };
  expect(readSpool(state, null)).toMatchObject([tmux, { kind: 'asked', question: 'asked 4711', socket }]);
});

test('what was taken can be told from what comes later, and only that is forgotten', () => {
  const { state, folder } = spoolWith('session-created 1 left 2 3\n');
  const taken = takeSpool(state, socket);
  expect(hasNewEvents(state, socket)).toBe(false);
  writeFileSync(join(folder, 'events'), 'session-created 2 left 2 3\n');
  expect(hasNewEvents(state, socket)).toBe(true);
  expect(readSpool(state, socket)).toMatchObject([{ sessionId: '$1' }, { sessionId: '$2' }]);
  removeSpooled(filesOf(taken), readSpool(state, socket));
  expect(readSpool(state, socket)).toMatchObject([{ sessionId: '$2' }]);
});

test('what a run took that was killed is taken by the next one', () => {
  const { state, folder } = spoolWith('session-created 1 left 2 3\n');
  takeSpool(state, socket);
  writeFileSync(join(folder, 'events'), 'session-created 2 left 2 3\n');
  removeSpooled(filesOf(takeSpool(state, null)), readSpool(state, null));
  expect(readdirSync(folder)).toEqual([]);
});

test('a hook call is spooled with what the agent said, and forgotten with it', () => {
  const { state, folder } = spoolWith('');
  spoolHookCall(state, socket, 'claude 12 4520 SessionStart -7-8', Buffer.from('{}'));
  const [call] = readSpool(state, socket);
  expect(call).toMatchObject({
    kind: 'agent-hook',
    agent: 'claude',
    paneId: '%12',
    event: 'SessionStart',
    callers: [7, 8],
  });
  expect(call?.kind === 'agent-hook' && call.payload.toString()).toBe('{}');
  removeSpooled(filesOf(takeSpool(state, socket)), call ? [{ ...call, file: join(folder, 'elsewhere') }] : []);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^report\./)]);
});

test('a server without a spool has no events', () => {
  const state = tempFolder();
  expect([readSpool(state, socket), hasNewEvents(state, socket)]).toEqual([[], false]);
  removeSpooled(filesOf(takeSpool(state, socket)), []);
  expect(existsSync(join(state, 'spool'))).toBe(false);
});
