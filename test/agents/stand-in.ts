import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { findAgent } from '../../src/agents/find-agent.ts';
import { adapters } from '../../src/agents/index.ts';
import type { AgentHomes, AgentProcess } from '../../src/agents/types.ts';
import { readProcesses } from '../../src/process/process-table.ts';

const PROGRAMS = join(import.meta.dirname, '..', 'stand-ins');
/** The folder of the interpreter itself: a version manager's `python3` is a slow shell script. */
const PYTHON = dirname(execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }));

/** A temporary HOME with a project folder in it. */
export interface Place {
  readonly home: string;
  readonly cwd: string;
  readonly homes: AgentHomes;
  remove(): void;
}

export function makePlace(): Place {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drift-agents-')));
  const cwd = join(home, 'work', 'api.v2_x');
  mkdirSync(cwd, { recursive: true });
  return { home, cwd, homes: { home, env: {} }, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** A running stand-in agent (test/stand-ins/): lines in, `conversation <id>` out. */
export class StandIn {
  readonly agent: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  #ended = false;
  #wake: () => void = () => {};
  #read = 0;

  constructor(agent: string, place: Place, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.agent = agent;
    this.#child = spawn(join(PROGRAMS, agent), args, {
      cwd: place.cwd,
      env: { PATH: `${PYTHON}:${process.env.PATH}`, HOME: place.home, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.pid = this.#child.pid ?? 0;
    if (this.#child.stdout) createInterface(this.#child.stdout).on('line', (line) => this.#hear(line));
    this.#child.on('exit', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** What it says next: its conversation's id, or null while it has none. */
  async heard(): Promise<string | null> {
    while (this.#said.length <= this.#read) {
      if (this.#ended) throw new Error(`${this.agent} (pid ${this.pid}) has ended`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const [, id = '-'] = this.#said[this.#read++]?.split(' ') ?? [];
    return id === '-' ? null : id;
  }

  send(line: string): Promise<string | null> {
    this.#child.stdin?.write(`${line}\n`);
    return this.heard();
  }

  async stop(how: '/exit' | 'SIGKILL' | 'SIGHUP'): Promise<void> {
    if (this.#ended) return;
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    if (how === '/exit') this.#child.stdin?.write('/exit\n');
    else process.kill(this.#agentPid(), how);
    await ended;
  }

  /** The agent process as the program sees it, this process taken for the pane's. */
  process(): AgentProcess {
    const pane = { id: '%0', pid: this.pid, dead: false };
    const found = findAgent([pane], readProcesses([this.pid]), this.agent, adapters);
    if (found === null || found === 'unknown') throw new Error(`${this.agent}: agent process ${String(found)}`);
    return found;
  }

  /** A shim ends with the program in it, not the other way round. */
  #agentPid(): number {
    const found = findAgent(
      [{ id: '%0', pid: this.pid, dead: false }],
      readProcesses([this.pid]),
      this.agent,
      adapters,
    );
    return found === null || found === 'unknown' ? this.pid : found.pid;
  }

  #hear(line: string): void {
    this.#said.push(line);
    this.#wake();
  }
}

/** Starts a stand-in and waits until it says which conversation it is in. */
export async function start(
  agent: string,
  place: Place,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const standIn = new StandIn(agent, place, args, env);
  return { standIn, id: await standIn.heard() };
}
