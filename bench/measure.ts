import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command to time, to its end. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** File for its stdin; default: none. */
  readonly stdin?: string;
  /** Lock file whose flock it finds held on descriptor 9. */
  readonly lock?: string;
}

/** One thing to time: `prepare` runs before each round, untimed. */
export interface Case {
  readonly name: string;
  readonly prepare?: () => void;
  readonly command: () => Command;
}

export interface Figure {
  readonly name: string;
  /** Median wall time, milliseconds. */
  readonly ms: number;
  /** Median over the rounds of this case's time by the first case's in the same round. */
  readonly ratio: number;
}

/** Times all cases in every round, in random order, so that what the machine does meanwhile hits all alike. The first case is the unit. */
export function measure(cases: readonly Case[], rounds: number): readonly Figure[] {
  const launcher = startLauncher();
  const times = cases.map((): number[] => []);
  try {
    for (let round = -2; round < rounds; round++) {
      for (const index of shuffled(cases.length)) {
        const one = cases[index] as Case;
        one.prepare?.();
        const ms = launcher.time(one.command());
        if (round >= 0) times[index]?.push(ms);
      }
    }
  } finally {
    launcher.close();
  }
  const unit = times[0] ?? [];
  return cases.map(({ name }, index) => {
    const own = times[index] ?? [];
    return { name, ms: median(own), ratio: median(own.map((ms, round) => ms / (unit[round] ?? Number.NaN))) };
  });
}

function startLauncher(): { time(command: Command): number; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tmux-drift-launch-'));
  const [orders, answers] = [join(folder, 'orders'), join(folder, 'answers')];
  sh('mkfifo', [orders, answers]);
  const python = process.env.TMUX_DRIFT_TEST_PYTHON ?? 'python3';
  const script = 'exec "$0" "$1" <"$2" >"$3"';
  spawn('/bin/sh', ['-c', script, python, join(import.meta.dirname, 'launch.py'), orders, answers], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const out = openSync(orders, 'w');
  const back = openSync(answers, 'r');
  const buffer = Buffer.alloc(4096);
  return {
    time({ argv, env = process.env, stdin = null, lock = null }) {
      writeSync(out, `${JSON.stringify({ argv, env, stdin, lock })}\n`);
      const { status, ns } = JSON.parse(readLine(back, buffer));
      if (status !== 0) throw new Error(`${argv.join(' ').slice(0, 300)}: exit ${status}`);
      return ns / 1e6;
    },
    close() {
      closeSync(out);
      closeSync(back);
      rmSync(folder, { recursive: true });
    },
  };
}

function readLine(fd: number, buffer: Buffer): string {
  let line = '';
  while (!line.endsWith('\n')) {
    const length = readSync(fd, buffer);
    if (length === 0) throw new Error('the launcher ended');
    line += buffer.toString('utf8', 0, length);
  }
  return line;
}

/** Runs a command to its end, untimed; anything but exit status 0 stops the benchmark. */
export function sh(file: string, argv: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(file, argv, { ...options, encoding: 'utf8' });
  if (error || status !== 0)
    throw new Error(`${file} ${argv.join(' ').slice(0, 300)}: ${error?.message ?? `exit ${status}: ${stderr}`}`);
  return stdout;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function shuffled(length: number): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}
