/** The real binary on a registry of its own, in one of the ways in which it is started. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary as built, type Report, root, type Sandbox } from '../e2e/harness.ts';

/** Tests may run while others build: then they are told to take a copy. */
export const binary = process.env.TMUX_DRIFT_TEST_BINARY || built;

/** `reconcile`: a person. `event`: the binary as a tmux hook would call it. `front`: the hook's shell script before it. */
export const WAYS = ['reconcile', 'event', 'front'] as const;
export type Way = (typeof WAYS)[number];

export interface Circumstances {
  readonly registry: string;
  /** The server that sends the event. */
  readonly socket: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A program and its arguments that the binary is run under. */
  readonly under?: readonly string[];
}

export interface JournalLine {
  readonly what: string;
  readonly kind?: string;
  readonly name?: string;
  readonly server?: string;
  readonly msg: string;
  readonly changes?: Readonly<Record<string, readonly [unknown, unknown]>>;
  readonly [key: string]: unknown;
}

export interface Attempt {
  readonly status: number | null;
  readonly stderr: string;
  readonly report: Report | null;
  /** Bytes or times of the registry are others now. */
  readonly changed: boolean;
  readonly text: string;
  readonly journal: readonly JournalLine[];
  readonly ms: number;
}

/** Long ago, so that every write shows. */
const WRITTEN = 1_500_000_000;

/** Runs the binary once, with a registry and a state folder that nobody else has. */
export async function attempt(sandbox: Sandbox, way: Way, circumstances: Circumstances): Promise<Attempt> {
  const folder = sandbox.file(`${way}-${Math.random().toString(36).slice(2, 8)}`);
  const [state, registry] = [join(folder, 'state'), join(folder, 'r.yaml')];
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeFileSync(registry, circumstances.registry, { mode: 0o600 });
  utimesSync(registry, WRITTEN, WRITTEN);
  const env: NodeJS.ProcessEnv = {
    ...sandbox.env,
    AGENT_SESSIONS_YAML: registry,
    AGENT_SESSIONS_STATE_DIR: state,
    ...circumstances.env,
  };
  const words = [...(circumstances.under ?? []), ...commandOf(way, circumstances.socket, env.PATH ?? '')];
  const begin = performance.now();
  const { status, stdout, stderr } = await finished(words, env);
  const text = readFileSync(registry, 'utf8');
  return {
    status,
    stderr,
    report: stdout.startsWith('{') ? JSON.parse(stdout) : null,
    changed: text !== circumstances.registry || statSync(registry).mtimeMs !== WRITTEN * 1000,
    text,
    journal: journalOf(state),
    ms: performance.now() - begin,
  };
}

function commandOf(way: Way, socket: string, path: string): readonly string[] {
  if (way === 'reconcile') return [binary, 'reconcile', '--check', '--format', 'json'];
  if (way === 'event') return [binary, 'event', 'session-closed', `--socket=${socket}`];
  const front = join(root, 'scripts/event.sh');
  const event = ['session-closed', '--id=$9', '--name=x-creator-claude', '--left=$0', '--pid=1', '--started=1'];
  return [front, ...event, `--socket=${socket}`, `--bin=${binary}`, `--path=${path}`, '--registry=', '--agents='];
}

export const journalOf = (state: string): readonly JournalLine[] => {
  const path = join(state, 'journal.jsonl');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

/** Runs a program to its end; one that does not come to it is killed with all that it has started. */
export function finished(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  withinMs = 25_000,
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const late = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), withinMs);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(late);
      resolve({ status, stdout, stderr });
    });
  });
}
