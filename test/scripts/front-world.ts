/** A world for the shell fronts alone: a state folder, a registry, a fake binary and no tmux server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endProcesses } from '../e2e/end-processes.ts';

const scripts = join(import.meta.dirname, '../../scripts');

/** Every shell that may be a `/bin/sh`, as far as this machine has it. */
export const shells = [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh'], ['zsh', '--emulate', 'sh']]
  .filter(([name = '', ...options]) => spawnSync(name, [...options, '-c', ':']).status === 0)
  .map((words) => ({ shell: words.join(' '), words }));

/** What follows a shell's words to run the front as tmux's hooks do; then comes the plugin's folder. */
const SOURCED = ['-c', 'root=$0 apart=yes; . "$root/scripts/event.sh"'];

/** Every way in which scripts/event.sh may be run. */
export const ways = shells.flatMap(({ shell, words }) => [
  { way: shell, words },
  { way: `${shell}, sourced`, words: [...words, ...SOURCED] },
]);

export interface Event {
  readonly hook?: string;
  readonly id?: string;
  readonly name?: string;
  readonly left?: string;
  readonly socket?: string;
  readonly pid?: string;
  readonly started?: string;
  readonly bin?: string;
  readonly registry?: string;
  readonly agents?: string;
}

export type FrontWorld = ReturnType<typeof frontWorld>;

export function frontWorld(words: readonly string[] = ['/bin/sh']) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drift-front-')));
  const state = join(home, 'state');
  const registry = join(home, 'registry.yaml');
  const socket = join(home, 'tmux-0/default');
  const spool = join(state, 'spool', socket.replaceAll('/', '%'));
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: home, FAKE: home, AGENT_SESSIONS_STATE_DIR: state };
  const children: ChildProcess[] = [];
  writeFileSync(registry, 'tmux_sessions: []\n');
  layPlugin(join(home, 'plugin'));
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(join(home, 'hold'), { force: true });
    try {
      await endProcesses(home);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  /** Starts a program and answers its exit code, in time. */
  function start(
    command: readonly string[],
    input = '',
  ): { readonly child: ChildProcess; readonly done: Promise<Finished> } {
    const [name = '', ...args] = command;
    const child = spawn(name, args, { env, stdio: 'pipe' });
    children.push(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    return { child, done: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))) };
  }

  return {
    home,
    state,
    registry,
    socket,
    spool,
    gate: `${spool}.gate`,
    env,
    start,
    event: (event: Event = {}) => start(eventCommand(words, { socket, registry, ...event })),
    hook: (args: readonly string[], input: string) =>
      start([...words, join(home, 'plugin/scripts/hook.sh'), ...args], input),
    file: (name: string) => join(home, name),
    write: (name: string, text: string) => writeFileSync(join(home, name), text),
    lines: (name: string) =>
      existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8').trimEnd().split('\n') : [],
    /** Lines of the events that wait, or that the binary has taken and not handled yet. */
    spooled: () =>
      (existsSync(spool) ? readdirSync(spool) : []).flatMap((name) => {
        if (name !== 'events' && !name.startsWith('taken.')) return [];
        const lines = readFileSync(join(spool, name), 'utf8').split('\n');
        return lines.filter((line) => line !== '' && !line.startsWith('asked '));
      }),
    /** Takes the gate as a front that lives, until the test has finished. */
    holdGate: () => {
      mkdirSync(spool, { recursive: true });
      const fd = openSync(`${spool}.gate`, 'w');
      onTestFinished(() => closeSync(fd));
      writeFileSync(fd, `${process.pid}/fd/${fd}\n`);
    },
    makeSpool: () => mkdirSync(spool, { recursive: true }),
  };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const fakeBinary = join(import.meta.dirname, 'fake-binary.sh');

/** A plugin folder with the fake binary in the place of its own: an agent's hook has nobody to tell it where the binary is. */
function layPlugin(folder: string): void {
  cpSync(scripts, join(folder, 'scripts'), { recursive: true });
  mkdirSync(join(folder, 'dist'));
  symlinkSync(fakeBinary, join(folder, 'dist/tmux-drift'));
}

/** An agent's session was created, unless told otherwise. */
function eventCommand(words: readonly string[], event: Event): string[] {
  const {
    hook = 'session-created',
    id = '$3',
    name = 'api-creator-claude',
    left = '$0',
    pid = '4520',
    started = '1795333762',
  } = event;
  const { socket, bin = fakeBinary, registry, agents = '' } = event;
  const flags = { id, name, left, socket, pid, started, bin, registry, agents };
  const given = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const file = words.includes('-c') ? join(scripts, '..') : join(scripts, 'event.sh');
  return [...words, file, hook, ...given];
}
