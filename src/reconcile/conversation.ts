import type { Evidence } from '../agents/types.ts';
import type { Row, Value } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import type { Present } from './identity.ts';
import { isLapsed } from './lapsed.ts';
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

/** The ids that a row loses when it takes another conversation, or none. */
export function lettingGo(row: Row, { ownIdKey }: AgentTraits): readonly string[] {
  const { [ownIdKey ?? '']: own = null, ...others } = row.ownIds;
  const kept = Object.values(others);
  return [row.conversation?.id ?? null, own].filter((id) => id !== null).filter((id) => !kept.includes(id));
}

/** C `conversation`: the agent's own evidence names an id that the running row lacks or contradicts; ambiguity is reported, not guessed. */
export function conversation(entry: LiveRow, claims: Claims): Drift | null {
  const { row, server, session, agent, facts } = entry;
  const { label } = server.address;
  const key = sessionKey(server.address.socket, session.id);
  const claim = claims.get(key);
  const recorded = recordedId(row, agent);
  const evidence = grantedEvidence(claims, key, agent.name);
  if (evidence !== null && (evidence.id !== recorded || isLapsed(row, agent.name, facts)))
    return repair(entry, evidence, recorded);
  if (evidence === null && recorded !== null && isOver(entry, claims)) return forget(entry, recorded);
  return claim?.kind === 'ambiguous' ? drift(['C', 'conversation'], row.name, label, claim.reason) : null;
}

/**
 * Is the row's conversation a dead process's, and not to be kept for its resumption: another process of the agent runs in the session, or
 * another session is in the conversation?
 */
function isOver({ row, agent, facts }: LiveRow, claims: Claims): boolean {
  if (!isLapsed(row, agent.name, facts)) return false;
  const isSucceeded = typeof facts.process === 'object' && facts.process?.agent === agent.name;
  const theirs = lettingGo(row, agent);
  return (
    isSucceeded || [...claims.values()].some((claim) => claim.kind === 'evidence' && theirs.includes(claim.evidence.id))
  );
}

function repair(entry: LiveRow, evidence: Evidence, recorded: string | null): Drift {
  const { id, source } = evidence;
  const msg =
    id === recorded ? `${id} goes on in another process (${source})` : `${recorded ?? 'unknown'} is ${id} (${source})`;
  return update(entry, evidence, msg);
}

const forget = (entry: LiveRow, recorded: string): Drift =>
  update(entry, null, `${recorded} was the conversation of a process that has ended`);

function update({ row, server, session, agent, facts }: LiveRow, evidence: Evidence | null, msg: string): Drift {
  const { label } = server.address;
  const what = agent.ownIdKey?.includes('session') ? 'session id' : 'conversation id';
  return drift(['C', 'conversation'], row.name, label, `${what} ${msg}`, {
    action: actionText(`updated ${what}`, row.name, label),
    edits: rowEdits(row, { ...conversationFacts(agent, evidence), ...missingFacts(row, server, session, facts) }),
  });
}

/** The keys that hold a conversation id, for evidence or for none (the row forgets what it said). */
export const conversationFacts = (
  agent: AgentTraits | undefined,
  evidence: Evidence | null,
): { [key: string]: Value | undefined } => ({
  ...(agent?.ownIdKey ? { [agent.ownIdKey]: evidence?.id ?? null } : {}),
  conversation: evidence ? conversationValue(evidence) : undefined,
});
