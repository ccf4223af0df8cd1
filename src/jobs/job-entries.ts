import type { JournalEntry } from '../journal.ts';
import type { JobEnd, JobVerdict } from '../reconcile/job-ended.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import type { JobEndResult } from '../tmux/kill-session.ts';
import type { JobWord } from './job-message.ts';

const MQTT = { who: 'mqtt', scope: 'all' } as const;

/** Journal lines of messages that are not what they should be, one for each reason; what is merely no news gets none. */
export function ignoredEntries(words: readonly JobWord[]): readonly JournalEntry[] {
  const reasons = words.flatMap((word) => (word.kind === 'ignored' && word.journal ? [word.why] : []));
  return [...Map.groupBy(reasons, (why) => why)].map(([why, { length }]) => ({
    ...MQTT,
    what: 'ignored',
    msg: `${length} message(s): ${why}`,
  }));
}

/** Journal lines of ends: one for each row that was terminated, and for each event that came too late. */
export const endEntries = (ends: readonly JobEnd[], verdicts: readonly JobVerdict[]): readonly JournalEntry[] =>
  verdicts.flatMap(({ kind, terminated }, index): readonly JournalEntry[] => {
    const { jobId, event } = ends[index] as JobEnd;
    const job = printable(jobId);
    if (kind === 'too-old')
      return [{ ...MQTT, what: 'refused', msg: `job ${job} ${event}: older than the session that works on it now` }];
    return terminated.map((row) => ({
      ...MQTT,
      ...about(row),
      what: 'repaired',
      kind: `job-${event}`,
      msg: `job ${job} ${event}`,
      changes: { status: [row.status, 'terminated'] },
    }));
  });

/** Journal lines of sessions: each that was ended, and each that had to be spared. */
export const killEntries = (killed: ReadonlyMap<Row, JobEndResult>): readonly JournalEntry[] =>
  [...killed].flatMap(([row, result]): readonly JournalEntry[] => {
    if (result === 'gone' || result === 'marked') return [];
    if (result === 'killed')
      return [{ ...MQTT, ...about(row), what: 'repaired', kind: 'session-ended', msg: 'its session was ended' }];
    return [{ ...MQTT, ...about(row), what: 'refused', kind: 'session-ended', msg: fate(result) }];
  });

const about = ({ name, server, sessionId }: Row) => ({ name, server, session: sessionId });

/** One line for people. */
export function endLine({ jobId, event }: JobEnd, verdict: JobVerdict, killed: ReadonlyMap<Row, JobEndResult>): string {
  return `job ${printable(jobId)} ${event}: ${outcome(verdict, killed)}`;
}

function outcome({ kind, sessions }: JobVerdict, killed: ReadonlyMap<Row, JobEndResult>): string {
  switch (kind) {
    case 'ended':
    case 'again':
      return sessions
        .map(({ row }) => `${printable(row.name)} (${printable(row.server)}) ${fate(killed.get(row))}`)
        .join(', ');
    case 'over':
      return 'its session had ended before';
    case 'too-old':
      return 'older than the session that works on it now, which stays';
    case 'unknown':
      return 'no session works on it';
  }
}

function fate(result: JobEndResult | undefined): string {
  if (result === undefined || result === 'marked') return 'marked as terminated';
  if (result === 'killed') return 'ended';
  if (result === 'gone') return 'terminated, its session is gone';
  return result === 'other'
    ? 'terminated, its session id is another session by now'
    : `terminated, but tmux did not end its session: ${result.failed}`;
}
