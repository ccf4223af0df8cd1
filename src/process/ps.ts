/** Where there is no /proc (macOS, BSD): one `ps` for everything; per-process tools (`pgrep -P`) are unreliable there. */
import type { Process } from '../agents/types.ts';
import type { ProcessTable } from './process-table.ts';
import { spawnProcess } from './spawn.ts';

/** The descendants of `panePids`, from one `ps` run; `unknown` when it fails, times out or lists none of what was asked for. */
export function readPs(panePids: readonly number[]): ProcessTable | 'unknown' {
  // In another locale lstart is printed in another language.
  const env = { ...process.env, LC_ALL: 'C' };
  const ps = spawnProcess('ps', ['-axww', '-o', 'pid=,ppid=,lstart=,args='], { timeoutMs: 2000, env });
  return ps.status === 0 ? tableOf(parsePs(ps.stdout.toString('utf8')), panePids) : 'unknown';
}

/** Lines of `pid ppid lstart args`. `ps` joins the words of argv by blanks, so a word with a blank comes apart here. */
export function parsePs(text: string): readonly Process[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, ppid, started, args] = LINE.exec(line) ?? [];
    const startedAt = Date.parse(started ?? '') / 1000;
    if (pid === undefined || ppid === undefined || args === undefined || Number.isNaN(startedAt)) return [];
    const argv = args.split(' ').filter((word) => word !== '');
    return [{ pid: Number(pid), ppid: Number(ppid), startTicks: null, startedAt, argv, cwd: null, exe: null }];
  });
}

/** `  501     1 Sat Nov 22 14:36:00 2025     /usr/bin/claude --resume x` */
const LINE = /^\s*(\d+)\s+(\d+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(.*)$/;

function tableOf(processes: readonly Process[], panePids: readonly number[]): ProcessTable | 'unknown' {
  if (processes.length === 0) return 'unknown';
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const children = new Map<number, number[]>();
  for (const { pid, ppid } of processes) children.set(ppid, [...(children.get(ppid) ?? []), pid]);
  // A truncated listing must not read as "every pane is empty".
  if (!panePids.some((pid) => byPid.has(pid))) return 'unknown';
  return { get: (pid) => byPid.get(pid) ?? null, childrenOf: (pid) => children.get(pid) ?? [] };
}
