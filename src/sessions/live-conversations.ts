import { readdirSync } from 'node:fs';
import { homesFrom } from '../agents/homes.ts';
import type { Adapter, Process } from '../agents/types.ts';
import { type ProcessTable, readProcesses } from '../process/process-table.ts';
import { spawnProcess } from '../process/spawn.ts';
import type { Environment } from '../settings.ts';

/** The process that is in a conversation. */
export interface Holder {
  readonly agent: string;
  readonly pid: number;
}

/**
 * Which conversations are open right now in any process of this machine, inside tmux or not: two agents that write one transcript
 * spoil it. By what the agents' live records and argv say. `unknown`: the process table cannot be read.
 */
export function liveConversations(
  adapters: readonly Adapter[],
  env: Environment,
): ReadonlyMap<string, Holder> | 'unknown' {
  const pids = allPids();
  const table = pids && readProcesses(pids);
  if (table === null || table === 'unknown') return 'unknown';
  const homes = homesFrom(env);
  const open = new Map<string, Holder>();
  for (const process of agentProcesses(pids ?? [], table, adapters)) {
    const { adapter, ...rest } = process;
    for (const { id } of adapter.evidence({ ...rest, agent: adapter.name, paneId: '', panePid: rest.pid }, homes)) {
      open.set(id, { agent: adapter.name, pid: rest.pid });
    }
  }
  return open;
}

function agentProcesses(
  pids: readonly number[],
  table: ProcessTable,
  adapters: readonly Adapter[],
): readonly (Process & { readonly adapter: Adapter })[] {
  return pids.flatMap((pid) => {
    const process = table.get(pid);
    const adapter =
      process && adapters.find((candidate) => candidate.isProgram(process) && candidate.recognises(process));
    if (!process || !adapter) return [];
    const { ppid, startTicks, startedAt, argv, cwd, exe } = process;
    return startedAt > 0 ? [{ pid, ppid, startTicks, startedAt, argv, cwd, exe, adapter }] : [];
  });
}

function allPids(): readonly number[] | null {
  if (process.platform === 'linux') return readdirSync('/proc').map(Number).filter(Number.isInteger);
  const ps = spawnProcess('ps', ['-ax', '-o', 'pid='], { timeoutMs: 2000 });
  return ps.status === 0
    ? ps.stdout
        .toString()
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 0)
    : null;
}
