import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, Sandbox } from './harness.ts';
import { type BrokerOptions, Mosquitto } from './mqtt-broker.ts';
import { waitFor } from './wait-for.ts';

/** A row with a job; with a session when its facts are given. */
export interface JobRow {
  readonly name: string;
  readonly job: string;
  readonly facts?: SessionFacts;
  readonly more?: string;
}

export interface SessionFacts {
  readonly id: string;
  readonly created: number;
  readonly started: number;
  readonly socket: string;
  readonly pid: number;
}

export function registryOf(rows: readonly JobRow[]): string {
  return `# jobs\ntmux_sessions:\n${rows.map(rowText).join('')}`;
}

const rowText = ({ name, job, facts, more = '' }: JobRow): string =>
  [
    `- name: ${name}`,
    '  status: running',
    `  tmux_session_epoch: ${facts?.created ?? 1781879249}`,
    '  tmux_server: default',
    `  pane: {index: 0, pid: ${facts?.pid ?? 4242}, cmd: claude, cmd_full: claude, cwd: /}`,
    `  delegate_job_id: ${job}`,
    ...(facts
      ? [`  tmux_socket: ${facts.socket}`, `  tmux_session_id: ${facts.id}`, `  tmux_server_started: ${facts.started}`]
      : []),
    more,
  ]
    .filter(Boolean)
    .map((line) => `${line}\n`)
    .join('');

/** A sandbox with a broker, and a tmux server with these sessions and one that is nobody's. */
export class JobWorld {
  readonly sandbox: Sandbox;
  readonly broker: Mosquitto;
  readonly #sessions: readonly string[];

  static async start({
    sessions = [],
    broker: options = {},
  }: {
    readonly sessions?: readonly string[];
    readonly broker?: BrokerOptions | ((sandbox: Sandbox) => BrokerOptions);
  } = {}): Promise<JobWorld> {
    const sandbox = new Sandbox();
    const broker = await Mosquitto.start(sandbox, typeof options === 'function' ? options(sandbox) : options);
    Object.assign(sandbox.env, { TMUX_DRIFT_MQTT_URL: broker.url });
    const server = sandbox.server().start('bystander', '/dev/null', 'exec sleep 1000');
    for (const name of sessions) server.new(name, 'exec sleep 1000');
    return new JobWorld(sandbox, broker, sessions);
  }

  private constructor(sandbox: Sandbox, broker: Mosquitto, sessions: readonly string[]) {
    this.sandbox = sandbox;
    this.broker = broker;
    this.#sessions = sessions;
  }

  /** A row for each session, its job is `job-<name>`, and rows without a session. */
  register(...others: readonly JobRow[]): this {
    const facts = this.facts();
    this.sandbox.writeRegistry(
      registryOf([
        ...this.#sessions.map((name): JobRow => ({ name, job: `job-${name}`, facts: facts.get(name) as SessionFacts })),
        ...others,
      ]),
    );
    return this;
  }

  facts(): ReadonlyMap<string, SessionFacts> {
    const server = this.sandbox.server();
    const started = Number(server.show('#{start_time}'));
    const lines = server
      .tmux('list-sessions', '-F', '#{session_id} #{session_created} #{pane_pid} #{session_name}')
      .trimEnd()
      .split('\n');
    return new Map(
      lines.map((line) => {
        const [id = '', created, pid, name = ''] = line.split(' ');
        return [name, { id, created: Number(created), started, socket: server.socket, pid: Number(pid) }];
      }),
    );
  }

  /** Names of the sessions that live. */
  alive(): readonly string[] {
    return this.sandbox.server().tmux('list-sessions', '-F', '#{session_name}').trimEnd().split('\n').sort();
  }

  /** A drain that must succeed; what it reports. */
  drain(...options: readonly string[]): Record<string, unknown> {
    const { status, stdout, stderr } = this.sandbox.call('drain', '--json', ...options);
    if (status !== 0) throw new Error(`drain: exit ${status}\n${stderr}`);
    return JSON.parse(stdout);
  }

  /** Connects once, so that the broker begins to keep events for us. */
  queueing(): this {
    this.drain();
    return this;
  }

  statuses(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.sandbox.rows().map(({ name, status }) => [name, status]));
  }

  journal(): readonly { readonly [key: string]: unknown }[] {
    const text = this.sandbox.read('.local/state/tmux-drift/journal.jsonl');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** Rows that were terminated by an event, in the order in which it was done. */
  ended(): readonly unknown[] {
    return this.journal().flatMap(({ kind, name }) => (String(kind).startsWith('job-') ? [name] : []));
  }

  background(...words: readonly string[]): Running {
    return new Running(this.sandbox, words);
  }

  /** A tmux in front of the real one, which is `$real` in the script. */
  wrapTmux(script: string): void {
    const path = this.sandbox.write(
      'wrap/tmux',
      `#!/bin/sh\nreal=${this.sandbox.run('sh', '-c', 'command -v tmux').trim()}\n${script}\n`,
    );
    this.sandbox.run('chmod', '+x', path);
    this.sandbox.env.PATH = `${join(this.sandbox.home, 'wrap')}:${this.sandbox.env.PATH}`;
  }

  unwrapTmux(): void {
    rmSync(join(this.sandbox.home, 'wrap'), { recursive: true, force: true });
  }
}

/** The binary at work in the background, with what it says. */
export class Running {
  readonly process: ChildProcess;
  said = '';
  readonly #exit: Promise<number | string>;

  constructor(sandbox: Sandbox, words: readonly string[], program = binary) {
    this.process = spawn(program, words, { env: sandbox.env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.on('data', (text) => (this.said += text));
    this.#exit = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve(code ?? signal ?? '?')));
  }

  async says(text: string | RegExp, times = 1, timeout?: number): Promise<void> {
    const pattern =
      typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g') : new RegExp(text, 'g');
    await waitFor(
      `it says ${pattern} (${times}) in: ${this.said}`,
      () => (this.said.match(pattern)?.length ?? 0) >= times,
      timeout,
    );
  }

  /** Exit code, or the signal that it died of. */
  exit(): Promise<number | string> {
    return this.#exit;
  }
}
