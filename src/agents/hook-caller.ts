import type { ProcessTable } from '../process/process-table.ts';
import type { Adapter, Process } from './types.ts';

/** A hook is run through a shell, perhaps two; the agent is not far above. */
const HEIGHT = 8;

/**
 * Who made a hook call, seen upwards from `pid` (the parent of the hook's process): the agent's conversation, or `elsewhere`, a process of
 * that agent that serves others. Null: nobody above is this agent (reparented; or the table cannot be read).
 *
 * Why: codex since 0.16x runs its terminals' hooks in one shared daemon (`codex app-server … --managed-daemon`, feature
 * `daemon_auto_start`), which has the `TMUX_PANE` of whichever terminal started it. The pane of an `elsewhere` call is another's (seen with 0.169).
 */
export function hookCaller(
  pid: number,
  adapter: Adapter,
  table: ProcessTable | 'unknown',
): Process | 'elsewhere' | null {
  if (table === 'unknown') return null;
  let process = table.get(pid);
  for (let height = 0; process !== null && height < HEIGHT; height += 1) {
    if (adapter.isProgram(process)) return adapter.recognises(process) ? process : 'elsewhere';
    process = process.ppid > 1 ? table.get(process.ppid) : null;
  }
  return null;
}
