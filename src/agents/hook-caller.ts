import type { ProcessTable } from '../process/process-table.ts';
import type { Adapter, Process } from './types.ts';

/** A hook is run through a shell, perhaps two; the agent is not far above. */
const HEIGHT = 8;

/** The processes from `pid` upwards, `pid` the first; none where the table cannot be read. */
export function processesAbove(pid: number, table: ProcessTable | 'unknown'): readonly Process[] {
  const above: Process[] = [];
  if (table === 'unknown') return above;
  let process = table.get(pid);
  while (process !== null && above.length < HEIGHT) {
    above.push(process);
    process = process.ppid > 1 ? table.get(process.ppid) : null;
  }
  return above;
}

/**
 * Who made a hook call, of the processes above the hook's own, the nearest first: the agent's conversation, or `elsewhere`, a process of
 * that agent that serves others. Null: none of them is this agent (reparented; gone by now; or the table cannot be read).
 *
 * Why: codex since 0.16x runs its terminals' hooks in one shared daemon (`codex app-server … --managed-daemon`, feature
 * `daemon_auto_start`), which has the `TMUX_PANE` of whichever terminal started it. The pane of an `elsewhere` call is another's (seen with 0.169).
 */
export function hookCaller(above: readonly Process[], adapter: Adapter): Process | 'elsewhere' | null {
  const agent = above.find((process) => adapter.isProgram(process));
  if (!agent) return null;
  return adapter.recognises(agent) ? agent : 'elsewhere';
}

/** For the journal: why a call of somebody else is not taken. */
export const ELSEWHERE = 'called by a process that serves other terminals';
