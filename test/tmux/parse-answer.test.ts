import { describe, expect, it } from 'vitest';
import { isLeaving } from '../../src/tmux/is-leaving.ts';
import { parseAnswer } from '../../src/tmux/parse-answer.ts';

const address = { label: 'default', socket: '/tmp/tmux-1000/default', flags: ['-L', 'default'] as const };
const parse = (answer: string) => parseAnswer(address, answer);
const whole =
  'S 12 1700000000\nL $0 1700000005 api-creator-claude\nP $0 %0 99 0 11 claude --x\nO @drift_count 3\nO @drift_status \nO @drift-on-job-end kill\nE 0\n';

describe('parseAnswer', () => {
  it.each<[string, string, string]>([
    ['takes a whole answer for present', whole, 'present'],
    ['takes "no server running" for absent', 'no server running on /tmp/tmux-1000/default\nE 1\n', 'absent'],
    [
      'takes a socket that is not there for absent',
      'error connecting to /tmp/tmux-1000/default (No such file or directory)\nE 1\n',
      'absent',
    ],
    ['takes a server without sessions for absent', 'S 12 1700000000\nno current target\nE 1\n', 'absent'],
    ['takes it for absent in whatever order its words come', 'no current target\nS 12 1700000000\nE 1\n', 'absent'],
    [
      'does not take a socket that it may not use for absent',
      'error connecting to /tmp/tmux-1000/default (Permission denied)\nE 1\n',
      'unknown',
    ],
    ['does not take a client that is killed for absent', 'E 137\n', 'unknown'],
    ['does not take a missing tmux for absent', 'sh: 1: tmux: not found\nE 127\n', 'unknown'],
    ['does not take silence for absent', '', 'unknown'],
    ['does not take an answer that breaks off for absent', whole.slice(0, 60), 'unknown'],
    ['does not take success without an answer for absent', 'E 0\n', 'unknown'],
    [
      'does not take a server that went away meanwhile for absent',
      'S 12 1700000000\nserver exited unexpectedly\nE 1\n',
      'unknown',
    ],
    ['does not take the absence of another server for absent', 'no server running on /tmp/other\nE 1\n', 'unknown'],
    [
      'does not take absence in a longer complaint for absent',
      `no server running on ${address.socket}\nand more\nE 1\n`,
      'unknown',
    ],
    ['does not take a client that crashed for absent', `no server running on ${address.socket}\nE 139\n`, 'unknown'],
    ['does not take another exit status for absent', `no server running on ${address.socket}\nE 2\n`, 'unknown'],
    ['does not take lost server for absent', 'lost server\nE 1\n', 'unknown'],
    [
      'does not take a wrong locale for absent',
      'tmux: need UTF-8 locale (LC_CTYPE) but have ANSI_X3.4-1968\nE 1\n',
      'unknown',
    ],
    [
      'does not take garbage for an answer',
      'S 12 1700000000\nhello\nO @drift_count \nO @drift-on-job-end \nE 0\n',
      'unknown',
    ],
    [
      'does not take a session without panes for an answer',
      'S 12 1700000000\nL $0 1 a\nO @drift_count \nO @drift-on-job-end \nE 0\n',
      'unknown',
    ],
    [
      'does not believe a pane of a session that it was not told of',
      'S 12 1\nL $0 1 a\nP $0 %0 9 0 11 \nP $7 %1 9 0 11 \nO @drift_count \nO @drift-on-job-end \nE 0\n',
      'unknown',
    ],
  ])('%s', (_title, answer, state) => {
    expect(parse(answer).state).toBe(state);
  });

  it('reads sessions, panes and options', () => {
    expect(parse(whole)).toEqual({
      state: 'present',
      address,
      pid: 12,
      started: 1700000000,
      sessions: [
        {
          id: '$0',
          name: 'api-creator-claude',
          created: 1700000005,
          panes: [{ id: '%0', pid: 99, dead: false, startCommand: 'claude --x' }],
        },
      ],
      options: { '@drift_count': '3', '@drift_status': '', '@drift-on-job-end': 'kill' },
    });
  });

  it('puts the active pane first', () => {
    const panes = 'P $0 %0 1 0 10 \nP $0 %1 2 0 11 \nP $0 %2 3 0 01 \n';
    const answer = parse(`S 1 1\nL $0 1 a\n${panes}O @drift_count \nO @drift-on-job-end \nE 0\n`);
    expect(answer.state === 'present' && answer.sessions[0]?.panes.map(({ id }) => id)).toEqual(['%1', '%0', '%2']);
  });

  it('lets no option value pose as a session', () => {
    const answer = parse(
      'S 1 1\nL $0 1 a\nP $0 %0 1 0 11 \nO @drift-agents x\nL $9 1 evil\nP $9 %9 1 0 11 \nO @drift-on-job-end \nE 0\n',
    );
    expect(answer.state === 'present' && answer.sessions.map(({ name }) => name)).toEqual(['a']);
  });

  it.each<[string, string]>([
    ['nothing at all', ''],
    ['its first line only', 'S 12 1700000000\nno current target\n'],
    ['its sessions without their panes', 'S 12 1700000000\nL $0 1 a\n'],
    ['its sessions without its options', whole.slice(0, whole.indexOf('O '))],
    ['some of its options', whole.slice(0, whole.indexOf('O @drift-on-job-end'))],
  ])('knows a server that leaves by a client that ends well and told %s', (_title, text) => {
    expect(isLeaving(parse(`${text}E 0\n`))).toBe(true);
  });

  it('does not ask a server again and again that tells all, but not as it should', () => {
    expect(isLeaving(parse(whole.replace('P $0', 'P $9')))).toBe(false);
  });
});
