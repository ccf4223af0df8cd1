import type { Evidence } from '../agents/types.ts';
import type { ConversationSource, Row } from '../registry/types.ts';
import type { ActiveRows } from './active-rows.ts';
import { type LiveRow, lettingGo, recordedId } from './conversation.ts';
import { doubtGuess, guess } from './guess.ts';
import { isLapsed } from './lapsed.ts';
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
    const claim = agent && claimOf(key, facts, row, agent, rows, world);
    if (claim) claims.set(key, claim);
  }
  return withoutConflicts(claims, live, rows);
}

function claimOf(
  key: string,
  facts: SessionFacts,
  row: Row | null,
  agent: AgentTraits,
  rows: ActiveRows,
  world: World,
): Claim | null {
  const recorded = row && recordedId(row, agent);
  const lapsed = row !== null && isLapsed(row, agent.name, facts);
  const best = strongest(facts.evidence);
  const hooked = row?.conversation?.source === 'hook' && !lapsed ? row.conversation.id : null;
  const doubt = best && doubtHeld(best, hooked, facts);
  if (doubt) return doubt;
  const told = best && ({ kind: 'evidence', agent: agent.name, evidence: best } as const);
  if (row === null || recorded === null) return told ?? guess(key, facts, agent, rows, world);
  // From now on it is the new process's word, be it the same.
  if (lapsed) return told ?? guess(key, facts, agent, { ...rows, moving: [...rows.moving, row] }, world);
  const stands: Claim = { kind: 'recorded' };
  if (!told) return doubtSilence(row, facts, rows, world) ?? stands;
  if (told.evidence.id === recorded) return stands;
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

/** What its process no longer holds, or what was guessed when there was less to choose from, is on record but not certain any more. */
function doubtSilence(row: Row, facts: SessionFacts, rows: ActiveRows, world: World): Claim | null {
  if (typeof facts.process !== 'object' || !facts.process) return null;
  switch (row.conversation?.source) {
    case 'process':
      return { kind: 'ambiguous', reason: `its process does not hold ${row.conversation.id} any more` };
    case 'guess':
      return doubtGuess(row, facts, rows, world);
    default:
      return null;
  }
}

/**
 * What the kernel says against the word of a hook that is on record, or, where there is none, against itself: a process that holds
 * several conversations is in one of them. A hook that comes along with it has the last word: the lock may follow in a moment.
 */
function doubtHeld(best: Evidence, hooked: string | null, { evidence }: SessionFacts): Claim | null {
  const ids = evidence.flatMap(({ id, held }) => (held ? [id] : []));
  if (best.source === 'hook' || ids.length === 0) return null;
  const isClear = hooked === null ? ids.length === 1 : ids.includes(hooked);
  if (isClear) return null;
  const said = hooked === null ? '' : `its hook said ${hooked}, `;
  return { kind: 'ambiguous', reason: `${said}its process holds ${ids.join(' and ')}` };
}

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
  for (const [key, { row, agent, facts }] of live) {
    if (grantedEvidence(claims, key, agent.name)) continue;
    const free = isLapsed(row, agent.name, facts) ? lettingGo(row, agent) : [];
    for (const id of idsIn(row)) if (!free.includes(id)) hold(id, { key, name: row.name });
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
