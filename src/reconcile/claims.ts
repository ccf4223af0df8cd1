import type { Evidence } from '../agents/types.ts';
import type { ConversationSource, Row, RowPlace } from '../registry/types.ts';
import type { ActiveRows } from './active-rows.ts';
import { type LiveRow, recordedId } from './conversation.ts';
import { type AgentTraits, type SessionFacts, sessionKey, type World } from './types.ts';

/**
 * Which conversation each live session may claim. Invariants: stronger evidence beats weaker, of equals the newer wins;
 * evidence belongs to one process and dies with it; one id never goes to two live rows; what is ambiguous is nobody's.
 */
export type Claim =
  /** Only a row of this agent may take it. */
  | { readonly kind: 'evidence'; readonly agent: string; readonly evidence: Evidence }
  /** The row's own id stands: no evidence speaks against it. */
  | { readonly kind: 'recorded' }
  | { readonly kind: 'ambiguous'; readonly reason: string };

/** Key: `sessionKey`. A session that claims nothing is not in it. */
export type Claims = ReadonlyMap<string, Claim>;

/** Evidence is written down in whole seconds, and clocks of file system and kernel differ a little. */
const SLACK_MS = 2000;

const STRENGTH: Readonly<Record<ConversationSource, number>> = { hook: 4, process: 3, chosen: 2, argv: 2, guess: 1 };

/** Claims of all sessions of agents, and of those that rows are about or come to (`ours`: their keys). */
export function claimConversations(rows: ActiveRows, ours: ReadonlySet<string>, world: World): Claims {
  const live = new Map(rows.live.map((entry) => [sessionKey(entry.server.address.socket, entry.session.id), entry]));
  const claims = new Map<string, Claim>();
  for (const [key, facts] of world.sessions) {
    if (facts.agent === null && !ours.has(key)) continue;
    const entry = live.get(key);
    const speaker =
      typeof facts.process === 'object' && facts.process ? facts.process.agent : (entry?.agent.name ?? facts.agent);
    const agent = speaker === null ? undefined : world.agents.get(speaker);
    const row = entry && entry.agent.name === speaker ? entry.row : null;
    const claim = agent && claimOf(facts, row, agent, rows, world);
    if (claim) claims.set(key, claim);
  }
  return withoutConflicts(claims, live, rows);
}

function claimOf(
  facts: SessionFacts,
  row: Row | null,
  agent: AgentTraits,
  rows: ActiveRows,
  world: World,
): Claim | null {
  const recorded = row && recordedId(row, agent);
  const best = strongest(facts.evidence);
  const told = best && ({ kind: 'evidence', agent: agent.name, evidence: best } as const);
  if (row === null || recorded === null) return told ?? guess(facts, agent, rows, world);
  const stands: Claim = { kind: 'recorded' };
  if (!told || told.evidence.id === recorded) return stands;
  if (!heldByProcess(row, facts)) return told;
  const held = row.conversation;
  if (!held) {
    // Written by another tool, source unknown: the start of the process says nothing about a later switch inside it.
    if (STRENGTH[told.evidence.source] >= STRENGTH.process) return told;
    return { kind: 'ambiguous', reason: `the row says ${recorded}, the agent was started with ${told.evidence.id}` };
  }
  const stronger = STRENGTH[told.evidence.source] - STRENGTH[held.source];
  // What the process holds is so now, however short the time since it held another one.
  const now = told.evidence.source === 'process';
  const newer = Math.floor(told.evidence.observedAt) > (held.observedAt === null ? 0 : Date.parse(held.observedAt));
  return stronger > 0 || (stronger === 0 && (now || newer)) ? told : stands;
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

/** The last rung: exactly one candidate that no row names and keeps, for the only live session of that agent in that folder. */
function guess(
  { process, candidates }: SessionFacts,
  agent: AgentTraits,
  { unseen, moving }: ActiveRows,
  world: World,
): Claim | null {
  if (typeof process !== 'object' || !process) return null;
  const free = candidates.filter(
    ({ id }) => world.claimed.get(id)?.every((at) => moving.some(({ place }) => isIn(place, at))) ?? true,
  );
  const only = free[0];
  if (!only) return null;
  if (free.length > 1)
    return { kind: 'ambiguous', reason: `${free.length} conversations in ${process.cwd} could be this one` };
  const neighbours = [...world.sessions.values()].filter((other) => runsIn(other, agent.name, process.cwd)).length;
  const elsewhere = unseen.filter((row) => world.agentOf(row) === agent.name && row.pane.cwd === process.cwd).length;
  if (neighbours + elsewhere > 1) {
    return { kind: 'ambiguous', reason: `${neighbours + elsewhere} ${agent.name} sessions share ${process.cwd}` };
  }
  return { kind: 'evidence', agent: agent.name, evidence: only };
}

const isIn = ({ start, end }: RowPlace, at: number): boolean => at >= start && at < end;

const runsIn = ({ process }: SessionFacts, agent: string, cwd: string | null): boolean =>
  typeof process === 'object' && process !== null && process.agent === agent && process.cwd === cwd;

/**
 * Takes an id back from every session that shares it with another one. A row that gets nothing new keeps what it has, which may
 * be what another session claims: so again, until nobody shares anything.
 */
function withoutConflicts(claims: Claims, live: ReadonlyMap<string, LiveRow>, rows: ActiveRows): Claims {
  const judged = new Map(claims);
  for (;;) {
    const holders = holdersOf(judged, live, rows);
    const shared = [...judged].flatMap(([key, claim]): [string, Claim][] => {
      const rival =
        claim.kind === 'evidence' && holders.get(claim.evidence.id)?.find(({ key: other }) => other !== key);
      return rival
        ? [[key, { kind: 'ambiguous', reason: `conversation ${claim.evidence.id} is also claimed by ${rival.name}` }]]
        : [];
    });
    if (shared.length === 0) return judged;
    for (const [key, claim] of shared) judged.set(key, claim);
  }
}

interface Holder {
  /** Of the session; null for a row whose session was not looked at. */
  readonly key: string | null;
  readonly name: string;
}

/** Who has each id if things go as `claims` say. */
function holdersOf(
  claims: Claims,
  live: ReadonlyMap<string, LiveRow>,
  rows: ActiveRows,
): ReadonlyMap<string, readonly Holder[]> {
  const holders = new Map<string, Holder[]>();
  const hold = (id: string, holder: Holder) => holders.set(id, [...(holders.get(id) ?? []), holder]);
  for (const [key, claim] of claims) {
    if (claim.kind === 'evidence') hold(claim.evidence.id, { key, name: live.get(key)?.row.name ?? key });
  }
  for (const [key, { row, agent }] of live) {
    if (grantedEvidence(claims, key, agent.name)) continue;
    for (const id of idsIn(row)) hold(id, { key, name: row.name });
  }
  for (const row of [...rows.kept, ...rows.unseen]) {
    for (const id of idsIn(row)) hold(id, { key: null, name: row.name });
  }
  return holders;
}

/** Every id that a row names: which one is meant may depend on an agent that nobody knows. */
const idsIn = (row: Row): ReadonlySet<string> =>
  new Set([...(row.conversation ? [row.conversation.id] : []), ...Object.values(row.ownIds)]);

/** The evidence that a row of this agent may take along when it is made for this session, or comes to it. */
export function grantedEvidence(claims: Claims, key: string, agent: string | null): Evidence | null {
  const claim = claims.get(key);
  return claim?.kind === 'evidence' && claim.agent === agent ? claim.evidence : null;
}
