import type { Evidence } from '../agents/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { conversationFacts } from './conversation.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import type { Present } from './identity.ts';
import type { Match } from './match-rows.ts';
import { tmuxFacts } from './tmux-facts.ts';
import { type AgentTraits, type Drift, type SessionFacts, sessionKey, type World } from './types.ts';

type Replaced = Extract<Match, { kind: 'replaced' }>;

/** F `replaced`: the row's session is gone and another one of its name runs the agent. */
export function replaced({ row, server, heir, runs }: Replaced, claims: Claims, world: World): Drift {
  const key = sessionKey(server.address.socket, heir.id);
  const { label } = server.address;
  const msg = `another session of this name (${heir.id}) lives on ${label}`;
  if (runs === 'unknown') return drift(['F', 'replaced'], row.name, label, `${msg}; its processes cannot be read`);
  const agent = world.agentOf(row);
  const traits = agent === null ? undefined : world.agents.get(agent);
  return drift(['F', 'replaced'], row.name, label, msg, {
    action: actionText('refreshed', row.name, label),
    edits: rowEdits(
      row,
      freshFacts(server, heir, world.sessions.get(key), traits, grantedEvidence(claims, key, agent)),
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
