import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPTIONS } from '../src/tmux/query.ts';

/**
 * An environment to try the program in: a home of its own, a registry with one row, and no tmux servers. What the build
 * makes must not depend on who builds, nor touch what they have.
 */
export function sandbox(folder: string): Record<string, string> {
  const home = mkdtempSync(join(folder, 'home-'));
  const registry = join(home, 'agent-sessions.yaml');
  writeFileSync(registry, sample);
  mkdirSync(spoolOf(home), { recursive: true });
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/tmux'), NO_SERVER, { mode: 0o755 });
  return {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    TMUX_TMPDIR: home,
    AGENT_SESSIONS_YAML: registry,
  };
}

/** In tmux's place, whose own servers are nobody's business here: none answers, until `playServer`. */
const NO_SERVER = `#!/bin/sh
[ -e "$HOME/server" ] && exec cat "$HOME/server"
echo 'no server running on /nowhere/default' >&2
exit 1
`;

/** What the sandbox's `tmux` answers from now on. */
export const playServer = (home: string, answer: string): void => writeFileSync(join(home, 'server'), queried(answer));

/** The lines that tmux itself printed, of what the front hands over. */
const queried = (answer: string): string => answer.replace(`${MARK}\n`, '').replace(/E 0\n$/, '');

/** The server whose events these are. */
export const SOCKET = '/nowhere/default';

/** Leaves in the spool what the front does: the event, and its mark before it asks tmux. */
export const spoolEvent = (home: string, hook: string): void =>
  writeFileSync(join(spoolOf(home), 'events'), `${hook} 1 left 1 1781870000\n${MARK}\n`);

const spoolOf = (home: string): string => join(home, '.local/state/tmux-drift/spool', SOCKET.replaceAll('/', '%'));

const MARK = 'asked 1';

/**
 * What most events of a session are: it is there without a row, nothing has changed, it is gone, another one has its name. The answers
 * have the form of src/tmux/query.ts; `pid`: a process with an agent under it.
 */
export const sampleEvents = (pid: number): readonly { readonly hook: string; readonly text: string }[] => [
  { hook: 'session-created', text: answer(SHELL, `L $1 1781879300 new-creator-claude`, `P $1 %1 ${pid} 0 11 claude`) },
  { hook: 'session-renamed', text: answer(SHELL, `L $1 1781879300 new-creator-claude`, `P $1 %1 ${pid} 0 11 claude`) },
  { hook: 'session-closed', text: answer(SHELL) },
  { hook: 'session-created', text: answer(SHELL, `L $2 1781879400 new-creator-claude`, `P $2 %2 ${pid} 0 11 claude`) },
];

const SHELL = ['L $0 1781879200 work', `P $0 %0 1 0 11 `];

const answer = (shell: readonly string[], ...agent: readonly string[]): string =>
  [MARK, 'S 1 1781870000', ...shell, ...agent, ...OPTION_LINES, 'E 0', ''].join('\n');

/** No drift, and nothing set. */
export const OPTION_LINES = OPTIONS.map((name) => `O ${name} ${name === '@drift_count' ? '0' : ''}`);

const sample = `tmux_sessions:
- name: smoke-claude
  status: running
  tmux_session_created_at: '2026-06-19T14:27:29Z'
  tmux_session_epoch: 1781879249
  tmux_server: default
  pane:
    index: 0
    pid: 4242
    cmd: claude
    cmd_full: claude
    cwd: /
`;
