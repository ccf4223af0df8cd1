/**
 * `flock(2)` without native code: a tool takes the lock on our open file, which it finds at descriptor 3, and ends; the
 * lock stays, because it belongs to the open file and not to the process (the shell's `exec 9>file; flock 9`).
 * macOS has no such tool at a fixed place, but takes the lock while it opens a file (O_EXLOCK).
 */
import { EnvironmentError } from '../errors.ts';
import { type SpawnResult, spawnProcess } from '../process/spawn.ts';
import { monotonicMs } from './monotonic.ts';

/** One way to take the lock; tried in their order, because each machine lacks some. */
export interface FlockTool {
  readonly path: string;
  /** The whole command line but its name; `seconds` to wait at most. */
  argv(seconds: string): readonly string[];
}

/** Absolute paths: a hook's PATH is not ours to trust. */
export const FLOCK_TOOLS: readonly FlockTool[] = [
  ...[
    '/usr/bin/flock',
    '/bin/flock',
    '/usr/local/bin/flock',
    '/run/current-system/sw/bin/flock',
    '/opt/homebrew/bin/flock',
  ].map((path) => ({ path, argv: (seconds: string) => ['-w', seconds, '-x', '3'] })),
  ...['/usr/bin/perl', '/usr/local/bin/perl', '/run/current-system/sw/bin/perl'].map((path) => ({
    path,
    argv: (seconds: string) => ['-e', PERL, seconds],
  })),
  ...['/usr/bin/python3', '/usr/local/bin/python3', '/run/current-system/sw/bin/python3'].map((path) => ({
    path,
    argv: (seconds: string) => ['-c', PYTHON, seconds],
  })),
];

/** Throws `EnvironmentError` `lock-timeout` at the deadline (`monotonicMs()`), `no-flock` when there is no way to lock. */
export function takeFlock(fd: number, lockPath: string, deadline: number, tools = FLOCK_TOOLS): void {
  const reasons: string[] = [];
  for (const { path, argv } of tools) {
    const left = Math.max(0, deadline - monotonicMs());
    const result = run(path, argv((left / 1000).toFixed(3)), fd, left);
    if (result.error === 'ENOENT') continue;
    const taken = saysTaken(result) ?? (/\busage\b/i.test(`${result.stderr}`) ? poll(path, fd, deadline) : null);
    if (taken === true) return;
    if (taken === false) throw lockTimeout(lockPath);
    reasons.push(`${path}: ${result.error ?? result.stderr.toString().trim().split('\n', 1)}`);
  }
  const why = reasons.join('; ') || 'none of flock, perl and python3 is installed';
  throw new EnvironmentError('no-flock', `cannot lock ${lockPath}: ${why}. Install util-linux, or move the registry.`);
}

/** `flock` fails with status 1 and no word when its time is up; the scripts below do the same. Null: it failed otherwise. */
function saysTaken({ status, stderr, error }: SpawnResult): boolean | null {
  if (status === 0) return true;
  return error === 'ETIMEDOUT' || (status === 1 && stderr.length === 0) ? false : null;
}

/** busybox's `flock` cannot wait for a time, so it is asked again and again. */
function poll(path: string, fd: number, deadline: number): boolean | null {
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const taken = saysTaken(run(path, ['-n', '-x', '3'], fd, deadline - monotonicMs()));
    if (taken !== false || monotonicMs() + pauseMs > deadline) return taken;
    pause(pauseMs);
  }
}

/** Sleeps, synchronously. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function run(path: string, argv: readonly string[], fd: number, waitMs: number): SpawnResult {
  // A second more than the tool allows itself. Messages in English, to know a usage text by.
  return spawnProcess(path, argv, { inherit: [fd], timeoutMs: Math.ceil(waitMs) + 1000, env: { LC_ALL: 'C' } });
}

export function lockTimeout(lockPath: string): EnvironmentError {
  const hint = `see who has it with: fuser -v ${lockPath} (or lsof)`;
  return new EnvironmentError('lock-timeout', `another program holds ${lockPath} and does not let go; ${hint}`);
}

const PERL = `use Fcntl ':flock'; use Errno; use Time::HiRes qw(time sleep);
open(my $f, '+>&=', 3) or die "descriptor 3: $!\\n"; my $end = time + $ARGV[0];
until (flock($f, LOCK_EX | LOCK_NB)) { $!{EWOULDBLOCK} or die "flock: $!\\n"; time < $end or exit 1; sleep 0.01 }`;

const PYTHON = `import fcntl, sys, time
end = time.monotonic() + float(sys.argv[1])
while True:
    try: fcntl.flock(3, fcntl.LOCK_EX | fcntl.LOCK_NB); break
    except BlockingIOError: pass
    if time.monotonic() >= end: sys.exit(1)
    time.sleep(0.01)`;
