import type { Evidence } from '../agents/types.ts';
import type { Row } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { conversationFacts } from './conversation.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import { gone } from './gone.ts';
import type { Present } from './identity.ts';
import { tmuxFacts } from './tmux-facts.ts';
import { sessionKey, type AgentTraits, type Drift, type SessionFacts, type World } from './types.ts';

/** Does this session run the agent, or was it started with it? `unknown` when the process table could not be read. */
export function runsAgent(agent: string | null, facts: SessionFacts | undefined): boolean | 'unknown' {
  if (agent === null || !facts) return false;
  if (facts.startedAs === agent) return true;
  if (facts.process === 'unknown') return 'unknown';
  return facts.process?.agent === agent;
}

/** F `replaced`: the row's session is gone and another one of its name runs the agent. Without an agent in it: A, `lost`. */
export function replaced(row: Row, server: Present, heir: Session, claims: Claims, world: World): Drift {
  const key = sessionKey(server.address.socket, heir.id);
  const facts = world.sessions.get(key);
  const agent = world.agentOf(row);
  const { label } = server.address;
  const runs = runsAgent(agent, facts);
  if (!facts || runs === false) return gone(row, server, world, 'lost');
  const msg = `another session of this name (${heir.id}) lives on ${label}`;
  if (runs === 'unknown') return drift(['F', 'replaced'], row.name, label, `${msg}; its processes cannot be read`);
  return drift(['F', 'replaced'], row.name, label, msg, {
    action: actionText('refreshed', row.name, label),
    edits: rowEdits(row, freshFacts(server, heir, facts, agent === null ? undefined : world.agents.get(agent), grantedEvidence(claims, key))),
  });
}

/** Facts of a new session under an old row: the old conversation id stays only if new evidence holds it. */
export const freshFacts = (
  server: Present,
  session: Session,
  facts: SessionFacts,
  agent: AgentTraits | undefined,
  evidence: Evidence | null,
) => ({
  ...tmuxFacts(server, session, facts),
  ...conversationFacts(agent, evidence),
});
