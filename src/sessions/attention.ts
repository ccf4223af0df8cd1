import { isFinal } from '../jobs/job-files.ts';
import type { SessionState, SessionStatus } from './status.ts';

/** What needs a person comes first. */
const RANKS: Readonly<Record<SessionState, number>> = {
  gone: 0,
  lost: 0,
  'agent-exited': 1,
  'still-alive': 2,
  unknown: 3,
  unregistered: 4,
  running: 6,
  terminated: 7,
  archived: 8,
};

/** Sessions in the order in which they need attention; those that need the same by name, what has ended newest first. */
export const byAttention = (statuses: readonly SessionStatus[]): readonly SessionStatus[] =>
  [...statuses].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      (rank(one) > RANKS.running ? (other.since ?? 0) - (one.since ?? 0) : 0) ||
      one.name.localeCompare(other.name),
  );

function rank({ state, job, conversation }: SessionStatus): number {
  if (state === 'running' && (job?.state === 'error' || conversation?.state === 'missing')) return 5;
  if (state === 'terminated' && job?.state === 'error') return 5;
  return RANKS[state];
}

const DAY_S = 86_400;

/**
 * Is it left out unless everything is asked for? What ended more than a day ago, what was deleted or archived, and a row whose name
 * another one has taken over.
 */
export function isHistory({ state, row, job, since }: SessionStatus, takenOver: boolean, now: number): boolean {
  if (state === 'archived' || row?.terminationReason === 'deleted') return true;
  if (state !== 'terminated' && state !== 'lost') return false;
  if (takenOver) return true;
  if (state === 'lost') return false;
  const unfinished = job !== null && job.state !== null && !isFinal(job.state);
  return !unfinished && (since === null || now - since > DAY_S);
}

/** The statuses to show, and how many are left out. */
export function withoutHistory(
  statuses: readonly SessionStatus[],
  now: number,
): { readonly shown: readonly SessionStatus[]; readonly hidden: number } {
  const key = ({ server, name }: SessionStatus) => `${server} ${name}`;
  // The last of one name in the registry's order; a live one outranks all.
  const holders = new Map<string, SessionStatus>();
  for (const status of statuses) {
    const holder = holders.get(key(status));
    if (!holder || isOver(holder) || !isOver(status)) holders.set(key(status), status);
  }
  const shown = statuses.filter((status) => !isHistory(status, holders.get(key(status)) !== status, now));
  return { shown, hidden: statuses.length - shown.length };
}

const isOver = ({ state }: SessionStatus): boolean =>
  state === 'terminated' || state === 'lost' || state === 'archived';
