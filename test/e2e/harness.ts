/**
 * Real tmux, away from whoever runs the tests: a home of its own, sockets of its own, a clean environment. Everything that was started
 * in it is gone when the test ends.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { endProcesses } from './end-processes.ts';
import { waitFor } from './wait-for.ts';

export const root = join(import.meta.dirname, '../..');
export const binary = join(root, 'dist/tmux-drift');
export const standIns = join(root, 'test/stand-ins');

/** The folder of the interpreter itself: a version manager's `python3` is a slow shell script. */
const python = dirname(execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }));

export interface RegistryRow {
  readonly name: string;
  readonly status: string;
  readonly tmux_server: string;
  readonly termination_reason?: string;
  readonly conversation?: { readonly id: string; readonly source: string; readonly observed_at: string };
  readonly [key: string]: unknown;
}

/** What `reconcile --format json` prints. */
export interface Report {
  readonly tmux_sessions_alive: readonly string[];
  readonly tmux_confirmed: boolean;
  readonly servers: readonly {
    readonly server: string;
    readonly state: string;
    readonly reason: string | null;
    readonly sessions: number;
  }[];
  readonly drifts: readonly {
    readonly class: string;
    readonly kind: string;
    readonly name: string;
    readonly server: string | null;
    readonly msg: string;
    readonly repaired: boolean;
  }[];
  readonly actions: readonly string[];
}

export class Sandbox {
  /** Short, because a socket's path may have 107 bytes. */
  readonly home = realpathSync(mkdtempSync('/tmp/drift-'));
  readonly state = join(this.home, '.local/state/tmux-drift');
  readonly registry = join(this.state, 'agent-sessions.yaml');
  readonly env: NodeJS.ProcessEnv = {
    PATH: `${standIns}:${python}:${process.env.PATH}`,
    HOME: this.home,
    TMUX_TMPDIR: join(this.home, 't'),
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/sh',
  };

  constructor() {
    mkdirSync(join(this.home, 't'));
    onTestFinished(() => this.#remove());
  }

  file(name: string): string {
    return join(this.home, name);
  }

  write(name: string, text: string): string {
    const path = this.file(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), 'utf8') : '';
  }

  /** What a program printed; throws with its words when it fails. */
  run(program: string, ...args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      env: this.env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? `exit ${status}`}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs the real binary; the report, whatever the exit code. */
  reconcile(...options: readonly string[]): Report {
    const { stdout, stderr } = this.call('reconcile', ...options, '--format', 'json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  call(...words: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const { status, stdout, stderr } = spawnSync(binary, words, { env: this.env, encoding: 'utf8', timeout: 20_000 });
    return { status, stdout, stderr };
  }

  writeRegistry(text: string): void {
    mkdirSync(dirname(this.registry), { recursive: true, mode: 0o700 });
    writeFileSync(this.registry, text);
  }

  /** The rows as they are in the file now. */
  rows(): readonly RegistryRow[] {
    return existsSync(this.registry) ? (parse(readFileSync(this.registry, 'utf8'))?.tmux_sessions ?? []) : [];
  }

  row(name: string): RegistryRow | undefined {
    return this.rows().find((row) => row.name === name);
  }

  /** A configuration that runs the plugin of this checkout. */
  usePlugin(...lines: readonly string[]): this {
    this.write('.tmux.conf', [...lines, `run-shell '"${root}/plugin.tmux" >/dev/null 2>&1'`, ''].join('\n'));
    return this;
  }

  server(name = 'default'): TmuxServer {
    return new TmuxServer(this, name);
  }

  async #remove(): Promise<void> {
    for (const socket of this.#sockets()) spawnSync('tmux', ['-S', socket, 'kill-server']);
    try {
      await endProcesses(this.home);
    } finally {
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #sockets(): readonly string[] {
    const folder = join(this.home, 't', `tmux-${process.getuid?.()}`);
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  }
}

export class TmuxServer {
  readonly name: string;
  readonly socket: string;
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox, name: string) {
    this.#sandbox = sandbox;
    this.name = name;
    this.socket = name.includes('/') ? name : join(sandbox.home, 't', `tmux-${process.getuid?.()}`, name);
  }

  /** Starts the server with one session; its configuration is the user's own unless one is given. */
  start(session: string, conf = this.#sandbox.file('.tmux.conf'), ...command: readonly string[]): this {
    this.tmux(
      '-f',
      existsSync(conf) ? conf : '/dev/null',
      'new-session',
      '-d',
      '-x',
      '100',
      '-y',
      '24',
      '-s',
      session,
      ...command,
    );
    return this;
  }

  tmux(...words: readonly string[]): string {
    // tmux makes the socket's folder for names only.
    const address = this.name.includes('/') ? ['-S', this.socket] : ['-L', this.name];
    return this.#sandbox.run('tmux', '-u', ...address, ...words);
  }

  /** The name is meant as it is: tmux would expand it. */
  new(session: string, ...command: readonly string[]): this {
    this.tmux('new-session', '-d', '-s', literally(session), ...command);
    return this;
  }

  rename(session: string, to: string): void {
    this.tmux('rename-session', '-t', this.id(session), '--', literally(to));
  }

  /** By id, because a name may mean a pattern. */
  /** Starts an agent in a session of its own; answers what it says in its pane: its conversation, `-` while it has none. */
  async startAgent(session: string, command: string): Promise<string> {
    this.new(session, command);
    const pane = `${this.id(session)}:`;
    return waitFor(
      `${session} runs`,
      () => /^conversation (\S+)/m.exec(this.tmux('capture-pane', '-p', '-t', pane))?.[1],
    );
  }

  kill(session: string): void {
    this.tmux('kill-session', '-t', this.id(session));
  }

  id(session: string): string {
    const lines = this.tmux('list-sessions', '-F', '#{session_id} #{session_name}').trimEnd().split('\n');
    return lines.find((line) => line.slice(line.indexOf(' ') + 1) === session)?.split(' ')[0] ?? '';
  }

  show(format: string): string {
    return this.tmux('display-message', '-p', format).slice(0, -1);
  }

  option(name: string): string {
    return this.tmux('show-options', '-gqv', name).slice(0, -1);
  }

  get pid(): number {
    return Number(this.show('#{pid}'));
  }

  async gone(): Promise<void> {
    await waitFor(
      `server ${this.name} is gone`,
      () => spawnSync('tmux', ['-S', this.socket, 'ls'], { env: this.#sandbox.env }).status,
    );
  }
}

/** `#[` is a style, which tmux leaves as it is here; a `;` at the end would end the command. */
const literally = (text: string): string => text.replaceAll(/#(?!\[)/g, '##').replace(/;$/, '\\;');

/** A terminal with a client in it, to look at the real screen and to press keys: an outer tmux. */
export class Terminal {
  readonly #outer: TmuxServer;

  constructor(sandbox: Sandbox, inner: TmuxServer, session: string, name = 'terminal') {
    this.#outer = sandbox
      .server(name)
      .start('terminal', '/dev/null', `exec env -u TMUX tmux -S '${inner.socket}' attach -t '=${session}'`);
  }

  screen(): string {
    return this.#outer.tmux('capture-pane', '-p');
  }

  /** The last line, where tmux has its status by default. */
  status(): string {
    return this.screen().trimEnd().split('\n').at(-1) ?? '';
  }

  press(...keys: readonly string[]): void {
    this.#outer.tmux('send-keys', ...keys);
  }
}
