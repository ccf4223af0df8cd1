import type { Evidence } from '../agents/types.ts';
import type { ConversationSource, Row } from '../registry/types.ts';
import { type LiveRow, recordedId } from './conversation.ts';
import { type AgentTraits, type SessionFacts, sessionKey, type World } from './types.ts';

/**
 * Which conversation each live session may claim. Invariants: stronger evidence beats weaker, of equals the newer wins;
 * evidence belongs to one process and dies with it; one id never goes to two live rows; what is ambiguous is nobody's.
 */
export type Claim =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  /** The row's own id stands: no evidence speaks against it. */
  | { readonly kind: 'recorded'; readonly id: string }
  | { readonly kind: 'ambiguous'; readonly reason: string };

/** Key: `sessionKey`. A session that claims nothing is not in it. */
export type Claims = ReadonlyMap<string, Claim>;

/** Evidence is written down in whole seconds, and clocks of file system and kernel differ a little. */
const SLACK_MS = 2000;

const STRENGTH: Readonly<Record<ConversationSource, number>> = { hook: 4, process: 3, chosen: 2, argv: 2, guess: 1 };

/** Claims of all observed sessions in which an agent runs, with or without a row; `elsewhere` are active rows that this run did not look at. */
export function claimConversations(live: readonly LiveRow[], elsewhere: readonly Row[], world: World): Claims {
  const rows = new Map(live.map((entry) => [sessionKey(entry.server.address.socket, entry.session.id), entry]));
  const claims = new Map<string, Claim>();
  for (const [key, facts] of world.sessions) {
    const agentName = typeof facts.process === 'object' && facts.process ? facts.process.agent : facts.agent;
    const agent = agentName === null ? undefined : world.agents.get(agentName);
    const claim = agent && claimOf(facts, rows.get(key)?.row ?? null, agent, elsewhere, world);
    if (claim) claims.set(key, claim);
  }
  return withoutConflicts(claims, rows, elsewhere, world);
}

function claimOf(facts: SessionFacts, row: Row | null, agent: AgentTraits, elsewhere: readonly Row[], world: World): Claim | null {
  const recorded = row && recordedId(row, agent);
  const best = strongest(facts.evidence);
  if (row === null || recorded === null) return best ? { kind: 'evidence', evidence: best } : guess(facts, agent, elsewhere, world);
  const stands: Claim = { kind: 'recorded', id: recorded };
  if (!best || best.id === recorded) return stands;
  if (!heldByProcess(row, facts)) return { kind: 'evidence', evidence: best };
  const held = row.conversation;
  if (!held) {
    // Written by another tool, source unknown: the start of the process says nothing about a later switch inside it.
    if (STRENGTH[best.source] >= STRENGTH.process) return { kind: 'evidence', evidence: best };
    return { kind: 'ambiguous', reason: `the row says ${recorded}, the agent was started with ${best.id}` };
  }
  const stronger = STRENGTH[best.source] - STRENGTH[held.source];
  const newer = best.observedAt >= (held.observedAt === null ? 0 : Date.parse(held.observedAt) + 1000);
  return stronger > 0 || (stronger === 0 && newer) ? { kind: 'evidence', evidence: best } : stands;
}

const strongest = (evidence: readonly Evidence[]): Evidence | undefined =>
  [...evidence].sort((a, b) => STRENGTH[b.source] - STRENGTH[a.source] || b.observedAt - a.observedAt)[0];

/** Does the recorded id come from the process that runs now? What a dead process said claims nothing. */
function heldByProcess(row: Row, { process }: SessionFacts): boolean {
  if (process === null || process === 'unknown') return true;
  if (row.childPid !== null && row.childPid !== process.pid) return false;
  const at = row.conversation?.observedAt;
  return !at || Date.parse(at) + SLACK_MS >= process.startedAt * 1000;
}

/** The last rung: exactly one candidate that no row names, for the only live session of that agent in that folder. */
function guess({ process, candidates }: SessionFacts, agent: AgentTraits, elsewhere: readonly Row[], world: World): Claim | null {
  if (typeof process !== 'object' || !process) return null;
  const free = candidates.filter(({ id }) => !world.claimed.has(id));
  const only = free[0];
  if (!only) return null;
  if (free.length > 1) return { kind: 'ambiguous', reason: `${free.length} conversations in ${process.cwd} could be this one` };
  const neighbours = [...world.sessions.values()].filter((other) => runsIn(other, agent.name, process.cwd)).length;
  const unseen = elsewhere.filter((row) => world.agentOf(row) === agent.name && row.pane.cwd === process.cwd).length;
  if (neighbours + unseen > 1) return { kind: 'ambiguous', reason: `${neighbours + unseen} ${agent.name} sessions share ${process.cwd}` };
  return { kind: 'evidence', evidence: only };
}

const runsIn = ({ process }: SessionFacts, agent: string, cwd: string | null): boolean =>
  typeof process === 'object' && process !== null && process.agent === agent && process.cwd === cwd;

/** Takes an id back from every session that shares it with another one; a row that has it already keeps it. */
function withoutConflicts(claims: ReadonlyMap<string, Claim>, rows: ReadonlyMap<string, LiveRow>, elsewhere: readonly Row[], world: World): Claims {
  const holders = new Map<string, string[]>();
  const hold = (id: string, who: string) => holders.set(id, [...(holders.get(id) ?? []), who]);
  for (const [key, claim] of claims) {
    if (claim.kind !== 'ambiguous') hold(claim.kind === 'recorded' ? claim.id : claim.evidence.id, rows.get(key)?.row.name ?? key);
  }
  for (const row of elsewhere) {
    const agent = world.agentOf(row);
    const id = recordedId(row, agent === null ? undefined : world.agents.get(agent));
    if (id !== null) hold(id, row.name);
  }
  const judged = [...claims].map(([key, claim]): [string, Claim] => {
    if (claim.kind !== 'evidence') return [key, claim];
    const self = rows.get(key)?.row.name ?? key;
    const others = [...(holders.get(claim.evidence.id) ?? [])];
    others.splice(others.indexOf(self), 1);
    const rival = others[0];
    return rival === undefined ? [key, claim] : [key, { kind: 'ambiguous', reason: `conversation ${claim.evidence.id} is also claimed by ${rival}` }];
  });
  return new Map(judged);
}

/** The evidence that a session without a row, or under an old one, may take along. */
export const grantedEvidence = (claims: Claims, key: string): Evidence | null => {
  const claim = claims.get(key);
  return claim?.kind === 'evidence' ? claim.evidence : null;
};

