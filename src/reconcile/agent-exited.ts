import type { Row } from '../registry/types.ts';
import type { LiveRow } from './conversation.ts';
import { drift } from './drift.ts';
import type { Drift, SessionFacts } from './types.ts';

/** G `agent-exited`: the session lives, the agent process that the row records is gone, and no other one runs under its panes. */
export function agentExited({ row, server, agent, facts }: LiveRow): Drift | null {
  const recorded = exitedPid(row, agent.name, facts);
  if (recorded === null) return null;
  return drift(
    ['G', 'agent-exited'],
    row.name,
    server.address.label,
    `${agent.name} (pid ${recorded}) has exited, its session lives on`,
  );
}

/** The agent process that the row records, if it has ended and no other one runs in its session; null otherwise, or when that cannot be told. */
export function exitedPid(row: Row, agent: string, { process, pids, startedAs }: SessionFacts): number | null {
  if (process !== null) return null;
  const recorded = row.childPid ?? (startedAs === agent ? row.pane.pid : null);
  return recorded === null || pids.includes(recorded) ? null : recorded;
}
