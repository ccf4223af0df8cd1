import type { LiveRow } from './conversation.ts';
import { drift } from './drift.ts';
import type { Drift } from './types.ts';

/** G `agent-exited`: the session lives, the agent process that the row records is gone, and no other one runs under its panes. */
export function agentExited({ row, server, agent, facts }: LiveRow): Drift | null {
  if (facts.process !== null) return null;
  const recorded = row.childPid ?? (facts.startedAs === agent.name ? row.pane.pid : null);
  if (recorded === null || facts.pids.includes(recorded)) return null;
  return drift(
    ['G', 'agent-exited'],
    row.name,
    server.address.label,
    `${agent.name} (pid ${recorded}) has exited, its session lives on`,
  );
}
