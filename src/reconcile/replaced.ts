import type { Evidence } from '../agents/types.ts';
import type { Row } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { conversationFacts } from './conversation.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import { gone } from './gone.ts';
import type { Present } from './identity.ts';
import { runsAgent } from './runs-agent.ts';
import { tmuxFacts } from './tmux-facts.ts';
import { type AgentTraits, type Drift, type SessionFacts, sessionKey, type World } from './types.ts';

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
    edits: rowEdits(
      row,
      freshFacts(
        server,
        heir,
        facts,
        agent === null ? undefined : world.agents.get(agent),
        grantedEvidence(claims, key, agent),
      ),
    ),
  });
}

/** Facts of a new session under an old row: the old conversation id stays only if new evidence holds it. */
export const freshFacts = (
  server: Present,
  session: Session,
  facts: SessionFacts | undefined,
  agent: AgentTraits | undefined,
  evidence: Evidence | null,
) => ({
  ...tmuxFacts(server, session, facts),
  ...conversationFacts(agent, evidence),
});
