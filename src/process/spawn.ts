/**
 * Runs a process to its end, synchronously. Node's `child_process` costs as much to load as the rest of a tmux event, so this speaks to
 * the binding beneath it; the build's smoke test sees to it that the binding of the pinned Node still works, and where it does not
 * (another Node, from source) `child_process` itself takes over.
 */
import { getSystemErrorName } from 'node:util';
import { spawnByModule } from './spawn-by-module.ts';

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Told to end (SIGTERM) after this many milliseconds; without it there is no limit. */
  readonly timeoutMs?: number;
  /** Bytes for its stdin; without it stdin is at its end at once. */
  readonly input?: string | Buffer;
  /** So many pipes at descriptors 3, 4, … that the process writes to. */
  readonly pipes?: number;
  /** Descriptors of ours that the process finds behind the pipes. */
  readonly inherit?: readonly number[];
}

export interface SpawnResult {
  /** Exit status; null when it was killed or did not start. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly pipes: readonly Buffer[];
  /** errno name when it did not start or took too long: `ENOENT`, `ETIMEDOUT`. */
  readonly error: string | null;
}

/** What a tool answers is short; more than this is garbage and ends it. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** `argv` without the program's own name. Never a shell string: what is in `argv` reaches the program as it is. */
export function spawnProcess(file: string, argv: readonly string[], options: SpawnOptions = {}): SpawnResult {
  const binding = spawnBinding();
  return binding ? spawnByBinding(binding, file, argv, options) : spawnByModule(file, argv, options);
}

type Stdio =
  | { readonly type: 'pipe'; readonly readable: boolean; readonly writable: boolean; readonly input?: Buffer }
  | { readonly type: 'inherit'; readonly fd: number };

/** `process.binding('spawn_sync')`, as Node 22 to 26 have it. */
interface SpawnBinding {
  spawn(options: {
    readonly file: string;
    readonly args: readonly string[];
    readonly envPairs: readonly string[];
    readonly cwd?: string;
    readonly stdio: readonly Stdio[];
    readonly timeout?: number;
    readonly maxBuffer: number;
  }): {
    readonly status: number | null;
    readonly signal: string | null;
    readonly output: readonly (Buffer | null)[] | null;
    readonly error?: number;
  };
}

function spawnByBinding(
  binding: SpawnBinding,
  file: string,
  argv: readonly string[],
  options: SpawnOptions,
): SpawnResult {
  const { env = process.env, cwd, timeoutMs, input, pipes = 0, inherit = [] } = options;
  const output: Stdio = { type: 'pipe', readable: false, writable: true };
  const result = binding.spawn({
    file,
    args: [file, ...argv],
    envPairs: Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    ...(cwd === undefined ? {} : { cwd }),
    stdio: [
      { type: 'pipe', readable: true, writable: false, ...(input === undefined ? {} : { input: Buffer.from(input) }) },
      output,
      output,
      ...Array.from({ length: pipes }, () => output),
      ...inherit.map((fd): Stdio => ({ type: 'inherit', fd })),
    ],
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    maxBuffer: MOST_BYTES,
  });
  const bytes = (at: number): Buffer => result.output?.[at] ?? Buffer.alloc(0);
  return {
    status: result.signal === null && result.error === undefined ? result.status : null,
    signal: result.signal,
    stdout: bytes(1),
    stderr: bytes(2),
    pipes: Array.from({ length: pipes }, (_, index) => bytes(3 + index)),
    error: result.error === undefined ? null : getSystemErrorName(result.error),
  };
}

function spawnBinding(): SpawnBinding | null {
  if (!('binding' in process) || typeof process.binding !== 'function') return null;
  const binding: unknown = process.binding('spawn_sync');
  return isSpawnBinding(binding) ? binding : null;
}

const isSpawnBinding = (binding: unknown): binding is SpawnBinding =>
  typeof binding === 'object' && binding !== null && 'spawn' in binding && typeof binding.spawn === 'function';
