import type { Evidence } from '../agents/types.ts';
import type { Session } from '../tmux/types.ts';
import { actionText, drift } from './drift.ts';
import type { Present } from './identity.ts';
import { newRow } from './new-row.ts';
import type { Drift, SessionFacts, World } from './types.ts';

/** B `unregistered`: a live session that belongs to an agent and that no non-archived row is about. */
export function unregistered(
  session: Session,
  server: Present,
  facts: SessionFacts,
  evidence: Evidence | null,
  world: World,
): Drift | null {
  const agent = facts.agent === null ? undefined : world.agents.get(facts.agent);
  if (!agent) return null;
  const { name } = session;
  const { label } = server.address;
  return drift(['B', 'unregistered'], name, label, `${agent.name} session on ${label} has no row`, {
    action: actionText('registered', name, label),
    edits: [{ kind: 'append', value: newRow({ session, server, agent, facts, evidence }) }],
  });
}
