import { expect, test } from 'vitest';
import { parseFrontAnswer } from '../../src/pipeline/front-answer.ts';

const sender = { label: 'default', socket: '/tmp/tmux-1000/default', flags: ['-L', 'default'] as const };
const answer = 'S 12 1700000000\nL $0 1700000005 a\nP $0 %0 99 0 11 \nO @drift_count 3\nE 0\n';

test('takes what waited and what tmux said apart', () => {
  const parsed = parseFrontAnswer(sender, `W session-created.1.left.2.3.4 hook.claude.0.2.Stop.5 \n${answer}`);
  expect(parsed?.server).toMatchObject({ state: 'present', pid: 12 });
  expect([...(parsed?.waiting ?? [])].filter(Boolean)).toEqual([
    'session-created.1.left.2.3.4',
    'hook.claude.0.2.Stop.5',
  ]);
});

test.each(['server exited unexpectedly', 'lost server', '[lost server]'])(
  'a server that says "%s" is asked again',
  (words) => {
    expect(parseFrontAnswer(sender, `W a \n${words}\nE 1\n`)).toBeNull();
  },
);

test('a server that cannot be asked is unknown, and not asked again and again', () => {
  const parsed = parseFrontAnswer(
    sender,
    'W a \nerror connecting to /tmp/tmux-1000/default (Permission denied)\nE 1\n',
  );
  expect(parsed?.server.state).toBe('unknown');
});
