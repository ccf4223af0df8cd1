import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFrontAnswer, readFrontAnswer } from '../../src/pipeline/front-answer.ts';
import { tempFolder } from '../registry/temp-folder.ts';

const sender = { label: 'default', socket: '/tmp/tmux-1000/default', flags: ['-L', 'default'] as const };
const answer = 'S 12 1700000000\nL $0 1700000005 a\nP $0 %0 99 0 11 \nO @drift_count 3\nO @drift-on-job-end \nE 0\n';

test('takes the mark in the spool and what tmux said apart', () => {
  const parsed = parseFrontAnswer(sender, `asked 4711\n${answer}`);
  expect(parsed?.server).toMatchObject({ state: 'present', pid: 12 });
  expect(parsed?.question).toBe('asked 4711');
});

test.each(['server exited unexpectedly', 'lost server', '[lost server]'])(
  'a server that says "%s" is asked again',
  (words) => {
    expect(parseFrontAnswer(sender, `asked 1\n${words}\nE 1\n`)).toBeNull();
  },
);

test('a server that cannot be asked is unknown, and not asked again and again', () => {
  const parsed = parseFrontAnswer(
    sender,
    'asked 1\nerror connecting to /tmp/tmux-1000/default (Permission denied)\nE 1\n',
  );
  expect(parsed?.server.state).toBe('unknown');
});

/** A pipe that somebody keeps open for writing. */
function pipeWith(text: string): number {
  const path = join(tempFolder(), 'pipe');
  spawnSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR);
  onTestFinished(() => closeSync(fd));
  writeSync(fd, text);
  return fd;
}

test.each([
  ['an answer', `asked 1\n${answer}`],
  ['no answer at all', 'asked 1\nE 137\n'],
  ['only an exit status', 'E 0\n'],
])('%s is read up to its last line, however long a hung server keeps the pipe open', (_title, text) => {
  expect(readFrontAnswer(pipeWith(text))).toBe(text);
});
