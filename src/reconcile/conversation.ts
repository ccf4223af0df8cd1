import type { Evidence } from '../agents/types.ts';
import type { Row, Value } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import type { Present } from './identity.ts';
import { conversationValue } from './new-row.ts';
import { missingFacts } from './tmux-facts.ts';
import { type AgentTraits, type Drift, type SessionFacts, sessionKey } from './types.ts';

/** A running row, the session it is about, and the agent in it. */
export interface LiveRow {
  readonly row: Row;
  readonly server: Present;
  readonly session: Session;
  readonly agent: AgentTraits;
  readonly facts: SessionFacts;
}

/** The conversation id that a row names, however it is written there. */
export const recordedId = (row: Row, agent: AgentTraits | undefined): string | null =>
  row.conversation?.id ?? (agent?.ownIdKey ? (row.ownIds[agent.ownIdKey] ?? null) : null);

/** C `conversation`: the agent's own evidence names an id that the running row lacks or contradicts; ambiguity is reported, not guessed. */
export function conversation(entry: LiveRow, claims: Claims): Drift | null {
  const { row, server, session, agent } = entry;
  const { label } = server.address;
  const key = sessionKey(server.address.socket, session.id);
  const claim = claims.get(key);
  if (claim?.kind === 'ambiguous') return drift(['C', 'conversation'], row.name, label, claim.reason);
  const recorded = recordedId(row, agent);
  const evidence = grantedEvidence(claims, key, agent.name);
  return evidence === null || evidence.id === recorded ? null : repair(entry, evidence, recorded);
}

function repair(entry: LiveRow, evidence: Evidence, recorded: string | null): Drift {
  const { row, server, session, agent, facts } = entry;
  const { label } = server.address;
  const what = agent.ownIdKey?.includes('session') ? 'session id' : 'conversation id';
  return drift(
    ['C', 'conversation'],
    row.name,
    label,
    `${what} ${recorded ?? 'unknown'} is ${evidence.id} (${evidence.source})`,
    {
      action: actionText(`updated ${what}`, row.name, label),
      edits: rowEdits(row, { ...conversationFacts(agent, evidence), ...missingFacts(row, server, session, facts) }),
    },
  );
}

/** The keys that hold a conversation id, for evidence or for none (the row forgets what it said). */
export const conversationFacts = (
  agent: AgentTraits | undefined,
  evidence: Evidence | null,
): { [key: string]: Value | undefined } => ({
  ...(agent?.ownIdKey ? { [agent.ownIdKey]: evidence?.id ?? null } : {}),
  conversation: evidence ? conversationValue(evidence) : undefined,
});
