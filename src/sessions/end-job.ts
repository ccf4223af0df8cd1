/** `jobs complete` and `jobs fail`: what the event of a broker does, done here and now, and told to the broker for everybody else. */
import { UserError } from '../errors.ts';
import { endSessions } from '../jobs/end-sessions.ts';
import { changeJob, checkJobId, isFinal, type Job, type JobState, readJob } from '../jobs/job-files.ts';
import { endJobs, type JobVerdict } from '../reconcile/job-ended.ts';
import { transact } from '../registry/transact.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { announce, type JobNews, note, now, type Workplace } from './workplace.ts';

export interface JobEnding {
  readonly jobId: string;
  readonly event: 'completed' | 'error';
  readonly message: string | null;
}

export interface JobEnded {
  readonly job: Job | null;
  /** Sessions that worked on it and were terminated by this. */
  readonly terminated: readonly Row[];
  /** In words, those that tmux did not end. */
  readonly left: readonly string[];
}

/**
 * Ends a job: registry, job file, news for the broker, and only then its session, which may be the one that we run in. Throws `UserError`
 * when nobody knows the job, or when it ended otherwise.
 */
export function endJob(place: Workplace, { jobId, event, message }: JobEnding): JobEnded {
  const before = readJob(place.jobsDir, checkJobId(jobId));
  refuseOtherEnd(before, event);
  const verdict = transact<JobVerdict | null>(place.registryPath, ({ rows }) => {
    const { edits, verdicts } = endJobs(rows, [{ jobId, event, time: null }], now());
    return { edits, result: verdicts[0] ?? null };
  });
  if (!before && (!verdict || verdict.kind === 'unknown'))
    throw new UserError(
      'no-such-job',
      `no job '${printable(jobId)}': neither a job file in ${place.jobsDir} nor a session that works on it`,
      1,
    );
  const job = changeJob(place.jobsDir, jobId, { state: event, ...(message === null ? {} : { message }) }, now());
  const terminated = verdict?.terminated ?? [];
  if (terminated.length > 0 || (before && !isFinal(before.state))) tell(place, { jobId, event, message }, terminated);
  const ended = place.settings.onJobEnd.value === 'kill' ? endSessions(verdict?.sessions ?? [], place.env) : new Map();
  const left = [...ended].flatMap(([row, result]) =>
    typeof result === 'object' ? [`${printable(row.name)}: ${printable(result.failed)}`] : [],
  );
  return { job, terminated, left };
}

function refuseOtherEnd(job: Job | null, event: JobState): void {
  if (job && isFinal(job.state) && job.state !== event)
    throw new UserError('job-over', `job ${job.id} has ended already: ${job.state}`, 1);
}

function tell(place: Workplace, { jobId, event, message }: JobEnding, terminated: readonly Row[]): void {
  const [row] = terminated;
  const end: JobNews = { event, jobId, session: row?.name ?? null, server: row?.server ?? null };
  const rows = terminated.map(
    (one): JobNews => ({ event: 'terminated', jobId, session: one.name, server: one.server }),
  );
  announce(place, [end, ...rows]);
  const msg = `job ${jobId} ${event}${message === null ? '' : `: ${message}`}`;
  note(place, { what: 'done', kind: `job-${event}`, name: row?.name ?? '', server: row?.server ?? null, msg });
}
