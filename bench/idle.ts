import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './measure.ts';
import { ROOT, type Sandbox, sandbox } from './sandbox.ts';

/** What it costs when nothing happens: CPU seconds per hour and processes that stay. */
export interface IdleFigure {
  readonly sessions: number;
  readonly who: 'tmux-drift' | 'poller, every 2 s (peer)';
  readonly cpuSecondsPerHour: number;
  readonly processes: number;
}

const SWEEPS = 20;
const WATCH_MS = 10_000;
const TICKS_PER_SECOND = 100;

/** A server with the plugin, left alone, beside a server that a session manager polls; with 10 and with 50 sessions. */
export function idle(close: (() => void)[]): readonly IdleFigure[] {
  return [10, 50].flatMap((sessions) => {
    const box = sandbox();
    close.push(() => box.close());
    const commands = Array.from({ length: sessions }, (_, at) => [
      'new-session',
      '-d',
      '-s',
      `live-${at}-creator-claude`,
      'sleep 100000',
    ]);
    box.tmux('bench', ...commands.flatMap((command, at) => [...(at ? [';'] : []), ...command]));
    sh('tmux', ['-L', 'bench', 'run-shell', join(ROOT, 'plugin.tmux')], { env: box.env });
    waitUntilQuiet(box);
    const server = Number(box.tmux('bench', 'display-message', '-p', '#{pid}'));
    const before = cpuTicks(server);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WATCH_MS);
    const ours: IdleFigure = {
      sessions,
      who: 'tmux-drift',
      cpuSecondsPerHour: ((cpuTicks(server) - before) / TICKS_PER_SECOND / WATCH_MS) * 3_600_000,
      processes: processesOf(box, server).length,
    };
    return [ours, poller(box, sessions, server)];
  });
}

function poller(box: Sandbox, sessions: number, server: number): IdleFigure {
  const before = cpuTicks(server);
  const children = childSeconds(() => {
    for (let sweep = 0; sweep < SWEEPS; sweep++) sh(join(ROOT, 'bench/peers/poll.sh'), ['bench'], { env: box.env });
  });
  const perSweep = (children + (cpuTicks(server) - before) / TICKS_PER_SECOND) / SWEEPS;
  return { sessions, who: 'poller, every 2 s (peer)', cpuSecondsPerHour: perSweep * 1800, processes: 1 };
}

/** CPU seconds of the processes that `work` starts and waits for, by /proc/self/stat (cutime, cstime). */
function childSeconds(work: () => void): number {
  const read = () =>
    statFields('self')
      .slice(13, 15)
      .reduce((sum, ticks) => sum + Number(ticks), 0);
  const before = read();
  work();
  return (read() - before) / TICKS_PER_SECOND;
}

const cpuTicks = (pid: number): number =>
  statFields(String(pid))
    .slice(11, 13)
    .reduce((sum, ticks) => sum + Number(ticks), 0);

/** Fields of /proc/<pid>/stat from the third on. */
const statFields = (pid: string): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];

function waitUntilQuiet(box: Sandbox): void {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    if (box.tmux('bench', 'show-options', '-gqv', '@drift_count').trim() !== '') return;
  }
  throw new Error('the plugin did not finish its first reconcile');
}

/** Processes of this sandbox beside the server and what runs in its panes. */
function processesOf({ home }: Sandbox, server: number): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === server) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return (
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`) &&
        !/^sleep/.test(command) &&
        !command.includes('sleep 100000')
      );
    } catch (error) {
      // It ended while we looked, or is not ours to look at.
      if (
        error instanceof Error &&
        'code' in error &&
        (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ESRCH')
      )
        return false;
      throw error;
    }
  });
}
