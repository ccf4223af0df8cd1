import type { Row, RowPlace } from '../registry/types.ts';
import type { ActiveRows } from './active-rows.ts';
import type { Claim } from './claims.ts';
import { type AgentTraits, type SessionFacts, sessionKey, type World } from './types.ts';

/**
 * The last rung: exactly one candidate that no row names and keeps, for the only session of that agent in that folder since its process
 * started. `key`: of the session.
 */
export function guess(
  key: string,
  facts: SessionFacts,
  agent: AgentTraits,
  rows: ActiveRows,
  world: World,
): Claim | null {
  const { process } = facts;
  if (typeof process !== 'object' || !process) return null;
  const free = freeCandidates(facts, rows.moving, world);
  const only = free[0];
  if (!only) return null;
  const { cwd, startedAt } = process;
  if (free.length > 1) return severalCouldBe(free.length, cwd);
  const count = 1 + neighbours(key, agent.name, cwd, rows, world) + former(agent.name, cwd, startedAt, rows, world);
  if (count > 1)
    return {
      kind: 'ambiguous',
      reason: `${count} ${agent.name} sessions share ${cwd}, or have since this one started`,
    };
  return { kind: 'evidence', agent: agent.name, evidence: only };
}

/** A guess that stood on being the only one, once the process may have gone on to another conversation. Null: it stands. */
export function doubtGuess(row: Row, facts: SessionFacts, { moving }: ActiveRows, world: World): Claim | null {
  const { process } = facts;
  if (typeof process !== 'object' || !process) return null;
  const free = freeCandidates(facts, [...moving, row], world);
  return free.length > 1 ? severalCouldBe(free.length, process.cwd) : null;
}

const severalCouldBe = (count: number, cwd: string | null): Claim => ({
  kind: 'ambiguous',
  reason: `${count} conversations in ${cwd} could be this one`,
});

/** Candidates that no row names, but those that let go of what they name. */
const freeCandidates = ({ candidates }: SessionFacts, lettingGo: readonly Row[], { claimed }: World) =>
  candidates.filter(({ id }) => claimed.get(id)?.every((at) => lettingGo.some(({ place }) => isIn(place, at))) ?? true);

const isIn = ({ start, end }: RowPlace, at: number): boolean => at >= start && at < end;

/** Other sessions that the agent runs in here, or that a row says so of: it may have exited there and left what is guessed at. */
function neighbours(
  key: string,
  agent: string,
  cwd: string | null,
  { live, unseen }: ActiveRows,
  world: World,
): number {
  const running = [...world.sessions].flatMap(([other, { process }]) =>
    typeof process === 'object' && process !== null && process.agent === agent && process.cwd === cwd ? [other] : [],
  );
  const recorded = live.flatMap(({ row, agent: { name }, server, session }) =>
    name === agent && row.pane.cwd === cwd ? [sessionKey(server.address.socket, session.id)] : [],
  );
  const others = new Set([...running, ...recorded]);
  others.delete(key);
  return others.size + unseen.filter((row) => isOf(row, agent, cwd, world)).length;
}

/** Sessions that ended while this process ran: what they were in may be what is guessed at. One of unknown end may be such a one. */
const former = (agent: string, cwd: string | null, startedAt: number, { ending }: ActiveRows, world: World): number =>
  [...ending, ...world.ended.filter(({ terminatedAt: at }) => at === null || at >= Math.floor(startedAt))].filter(
    (row) => isOf(row, agent, cwd, world),
  ).length;

const isOf = (row: Row, agent: string, cwd: string | null, world: World): boolean =>
  world.agentOf(row) === agent && row.pane.cwd === cwd;
