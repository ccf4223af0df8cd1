import { isoTime } from '../iso-time.ts';
import type { Edit, Row } from '../registry/types.ts';
import { rowEdits } from './drift.ts';
import { isActive } from './match-rows.ts';

/** A job that is over, as its event says. */
export interface JobEnd {
  readonly jobId: string;
  readonly event: 'completed' | 'error';
  /** When it was, epoch seconds, where the event says so. */
  readonly time: number | null;
}

/** A session that must not live any more, as its row describes it. */
export interface SessionToEnd {
  readonly row: Row;
  /** Epoch seconds: a session born then or later is not the row's; null for a row that was active until now. */
  readonly bornBefore: number | null;
}

/**
 * What one event comes to. `ended`: these rows were active and are terminated now. `again`: an earlier delivery ended the row. `over`: the
 * row ended otherwise. `too-old`: the row's session was born after the event (the job was resumed). `unknown`: no row has this job.
 */
export interface JobVerdict {
  readonly kind: 'ended' | 'again' | 'over' | 'too-old' | 'unknown';
  /** Rows that this event terminates. */
  readonly terminated: readonly Row[];
  readonly sessions: readonly SessionToEnd[];
}

/**
 * Evidence of the one pipeline: rows whose job is over get terminated. Pure and idempotent: after the edits the same events come to
 * `again`, with the same sessions to end. Verdicts are in the order of `ends`.
 */
export function endJobs(rows: readonly Row[], ends: readonly JobEnd[], now: number) {
  const byJob = Map.groupBy(
    rows.filter(({ jobId }) => jobId !== null),
    ({ jobId }) => jobId,
  );
  const ended = new Set<Row>();
  const edits: Edit[] = [];
  const verdicts = ends.map((end): JobVerdict => {
    const own = byJob.get(end.jobId) ?? [];
    const due = own.filter((row) => isActive(row) && !ended.has(row));
    const terminated = due.filter((row) => !isOlder(end, row));
    const earlier = own.filter((row) => ended.has(row) || wasEndedByEvent(row));
    for (const row of terminated) {
      ended.add(row);
      edits.push(...termination(row, end, now));
    }
    const sessions = [...terminated, ...earlier].map((row) => ({
      row,
      bornBefore: isActive(row) ? null : row.terminatedAt,
    }));
    return { kind: kindOf(own, due, terminated, earlier), terminated, sessions };
  });
  return { edits, verdicts };
}

const MODE = 'auto-detected (MQTT ';
/** Publishers write whole seconds, and clocks of two machines differ a little. */
const CLOCK_SLACK_S = 2;

const isOlder = ({ time }: JobEnd, { epoch }: Row): boolean =>
  time !== null && epoch !== null && time + CLOCK_SLACK_S < epoch;

const wasEndedByEvent = ({ status, terminationMode }: Row): boolean =>
  status === 'terminated' && terminationMode?.startsWith(MODE) === true;

const termination = (row: Row, { event }: JobEnd, now: number): readonly Edit[] =>
  rowEdits(row, {
    status: 'terminated',
    terminated_at: isoTime(now),
    terminated_at_epoch: now,
    termination_mode: `${MODE}${event})`,
    termination_reason: `job-${event}`,
  });

function kindOf(
  own: readonly Row[],
  due: readonly Row[],
  terminated: readonly Row[],
  earlier: readonly Row[],
): JobVerdict['kind'] {
  if (terminated.length > 0) return 'ended';
  if (due.length > 0) return 'too-old';
  if (earlier.length > 0) return 'again';
  return own.length > 0 ? 'over' : 'unknown';
}
