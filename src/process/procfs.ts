/**
 * Linux: /proc, read from the panes downwards. Facts: proc(5).
 * - children: `/proc/<pid>/task/<tid>/children` of every thread, since a Go or Rust program forks from any of them; where the
 *   kernel lacks CONFIG_PROC_CHILDREN, one pass over /proc by parent pid;
 * - identity: `stat` field 22, ticks since boot. The name in field 2 may hold spaces and parentheses: fields count from the last ')';
 * - a process that vanishes while it is read (ENOENT, ESRCH) is no process; one that we may not read (`hidepid`) makes the answer unknown.
 */
import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { Process } from '../agents/types.ts';
import { EnvironmentError, errnoOf } from '../errors.ts';
import type { ProcessTable } from './process-table.ts';

/** USER_HZ: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const READ_CAP = 65_536;
const THREAD_CAP = 256;
/** The kernel fills a page per read unless the file ends: a shorter read was the last one. */
const SHORT = 2048;

/** The lazy table, or `unknown` where /proc is not mounted. `byThread`: the kernel has the files `children`. */
export function readProcfs(byThread = existsSync(`/proc/self/task/${process.pid}/children`)): ProcessTable | 'unknown' {
  if (!existsSync('/proc/self/stat')) return 'unknown';
  const reader = new Reader();
  const childrenOf = byThread ? (pid: number) => childrenByThread(pid, reader) : childrenByParent(reader);
  return { get: (pid) => readProcess(pid, reader), childrenOf };
}

function readProcess(pid: number, reader: Reader): Process | null {
  const cmdline = reader.text(`/proc/${pid}/cmdline`);
  return cmdline === null ? null : new LiveProcess(pid, splitCmdline(cmdline), reader);
}

/** NUL-terminated words. A title written over argv (`process.title`) leaves a tail of NULs, which are no arguments. */
function splitCmdline(cmdline: string): readonly string[] {
  const argv = cmdline.replace(/\0+$/, '').split('\0');
  return argv.length === 1 && argv[0] === '' ? [] : argv;
}

/** Reads what costs a system call only when it is asked for: of a hundred processes, the few agents. */
class LiveProcess implements Process {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly #reader: Reader;
  #stat: { readonly ppid: number; readonly startTicks: number } | null | undefined;
  #exe: string | null | undefined;

  constructor(pid: number, argv: readonly string[], reader: Reader) {
    this.pid = pid;
    this.argv = argv;
    this.#reader = reader;
  }
  get ppid(): number {
    return this.#status()?.ppid ?? 0;
  }
  get startTicks(): number | null {
    return this.#status()?.startTicks ?? null;
  }
  get startedAt(): number {
    const ticks = this.startTicks;
    return ticks === null ? 0 : this.#reader.bootTime() + ticks / TICKS_PER_SECOND;
  }
  get cwd(): string | null {
    const path = readLink(`/proc/${this.pid}/cwd`);
    return path?.endsWith(' (deleted)') ? null : path;
  }
  get exe(): string | null {
    if (this.#exe === undefined) this.#exe = readLink(`/proc/${this.pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null;
    return this.#exe;
  }
  #status() {
    if (this.#stat === undefined) this.#stat = readStat(this.pid, this.#reader);
    return this.#stat;
  }
}

function readStat(pid: number, reader: Reader): { readonly ppid: number; readonly startTicks: number } | null {
  const stat = reader.text(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ppid: Number(fields[1]), startTicks: Number(fields[19]) };
}

function childrenByThread(pid: number, reader: Reader): readonly number[] {
  // A folder's links are its sub-folders and two: most shells have one thread, and no need to list it.
  const links = statSync(`/proc/${pid}/task`, { throwIfNoEntry: false })?.nlink ?? 0;
  const threads = links === 3 ? [pid] : listNumbers(`/proc/${pid}/task`).slice(0, THREAD_CAP);
  return threads
    .flatMap((tid) => reader.text(`/proc/${pid}/task/${tid}/children`)?.split(' ').map(Number) ?? [])
    .filter((child) => child > 0);
}

function childrenByParent(reader: Reader): (pid: number) => readonly number[] {
  let byParent: Map<number, number[]> | undefined;
  return (parent) => {
    if (byParent === undefined) {
      byParent = new Map();
      for (const pid of listNumbers('/proc')) {
        const stat = readStat(pid, reader);
        if (stat) byParent.set(stat.ppid, [...(byParent.get(stat.ppid) ?? []), pid]);
      }
    }
    return byParent.get(parent) ?? [];
  };
}

function listNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch (error) {
    if (isGone(error)) return [];
    throw unreadable(folder, error);
  }
}

/** Another user's links may not be read (ptrace access): null, like those of a process that is gone. */
function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isGone(error) || errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM') return null;
    throw unreadable(path, error);
  }
}

/** One buffer for all reads of a table, and the boot time that they share. */
class Reader {
  readonly #buffer = Buffer.allocUnsafe(READ_CAP);
  #boot: number | undefined;

  /** The first 64 KiB of a /proc file; null when the process is gone. */
  text(path: string): string | null {
    try {
      const fd = openSync(path, 'r');
      try {
        let size = 0;
        for (let got = SHORT; got >= SHORT && size < READ_CAP; size += got) {
          got = readSync(fd, this.#buffer, size, READ_CAP - size, null);
        }
        return this.#buffer.toString('utf8', 0, size);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (isGone(error)) return null;
      throw unreadable(path, error);
    }
  }

  /** Epoch seconds of the boot, by the clock that `stat` counts from. */
  bootTime(): number {
    if (this.#boot === undefined) {
      const uptime = Number.parseFloat(this.text('/proc/uptime') ?? '');
      if (Number.isNaN(uptime)) throw unreadable('/proc/uptime', null);
      this.#boot = Date.now() / 1000 - uptime;
    }
    return this.#boot;
  }
}

const isGone = (error: unknown): boolean => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH';

const unreadable = (path: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(
    'process-table',
    `cannot read the process table: ${path}: ${errnoOf(cause) ?? 'unexpected content'}`,
    cause,
  );
