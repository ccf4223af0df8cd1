/** What the tests about sessions share: a project folder, agents in it, and calls of the binary side by side. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { binary, Sandbox, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

/** What `status --json` prints of one session. */
export interface StatusEntry {
  readonly name: string;
  readonly server: string;
  readonly state: string;
  readonly session_state: string;
  readonly job: { readonly id: string; readonly state: string | null } | null;
  readonly conversation: { readonly id: string; readonly state: string } | null;
  readonly cwd: string | null;
}

export interface ResumeReport {
  readonly sessions: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly conversation_id: string | null;
    readonly reason: string | null;
  }[];
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
}

export class SessionsWorld {
  readonly sandbox = new Sandbox();

  constructor() {
    this.ok('init');
  }

  get server(): TmuxServer {
    return this.sandbox.server();
  }

  folder(name: string): string {
    const path = this.sandbox.file(`work/${name}`);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Stdout of a call that must succeed. */
  ok(...words: readonly string[]): string {
    const { status, stdout, stderr } = this.sandbox.call(...words);
    if (status !== 0) throw new Error(`${words.join(' ')}: exit ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  json<T>(...words: readonly string[]): T {
    const { status, stdout, stderr } = this.sandbox.call(...words, '--json');
    if (stdout === '') throw new Error(`${words.join(' ')}: exit ${status}\n${stderr}`);
    return JSON.parse(stdout);
  }

  /** Creates a session whose agent is given something to say, so that its conversation is on disk. */
  create(agent: string, folder: string, ...options: readonly string[]): string {
    return this.ok(...this.#creation(agent, folder), ...options).trim();
  }

  /** The same for several at once; names in the order of `wishes`. */
  createTogether(wishes: readonly (readonly [agent: string, folder: string])[]): Promise<readonly string[]> {
    const created = wishes.map(async (wish) => {
      const { status, stdout, stderr } = await this.start(this.#creation(...wish)).done;
      if (status !== 0) throw new Error(`create: exit ${status}\n${stderr}`);
      return stdout.trim();
    });
    return Promise.all(created);
  }

  #creation(agent: string, folder: string): readonly string[] {
    return ['create', '--agent', agent, '--cwd', this.folder(folder), '--submit-job', 'say something'];
  }

  statuses(...options: readonly string[]): readonly StatusEntry[] {
    return this.json<{ readonly sessions: readonly StatusEntry[] }>('status', ...options).sessions;
  }

  readonly binary = binary;

  /** A call that goes on while the test does; `env` is added to the sandbox's. */
  start(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Running {
    return this.spawn(binary, words, env, input);
  }

  /** Any program that goes on while the test does; it ends with the test. */
  spawn(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Running {
    const child = spawn(program, words, { env: { ...this.sandbox.env, ...env }, stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.stdin.end(input);
    return {
      child,
      done: new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr }))),
    };
  }

  /** The server dies without a word to anybody, and every agent on it with it. */
  async crash(server = this.server): Promise<void> {
    const panes = this.panePids(server);
    const started = Number(server.show('#{start_time}'));
    process.kill(server.pid, 'SIGKILL');
    await server.gone();
    // tmux counts lives in whole seconds, and ids start again with each: within one second two lives are one to everybody.
    await waitFor('another second', () => Math.floor(Date.now() / 1000) > started);
    await waitFor('the agents have ended with their terminals', () => panes.every((pid) => !isAlive(pid)));
  }

  panePids(server = this.server): readonly number[] {
    return server.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n').map(Number);
  }

  jobs(): readonly string[] {
    const folder = `${this.sandbox.state}/jobs`;
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  sessions(server = this.server): readonly string[] {
    return server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  }
}

/** A zombie has no command line, and a process that is gone no file. */
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && spawnSync('cat', [`/proc/${pid}/cmdline`]).stdout.length > 0;
