import { isoTime } from '../iso-time.ts';
import { isTopicLevel } from './topics.ts';

/**
 * What we tell the broker about a job. `completed` and `error` are what `jobs complete` and `jobs fail` say:
 * they end the job's session wherever it is, ours included.
 */
export interface LifecycleEvent {
  readonly event: 'submitted' | 'started' | 'resumed' | 'deleted' | 'terminated' | 'completed' | 'error';
  readonly jobId: string;
  /** Name of the tmux session that works on the job, and its server as the registry calls it; null where there is none. */
  readonly session: string | null;
  readonly server: string | null;
  readonly host: string;
  /** Epoch seconds. */
  readonly time: number;
}

/** The event as it is published: one line of JSON. `id` tells a repetition from a second event. */
export function lifecyclePayload({ event, jobId, session, server, host, time }: LifecycleEvent, id: string): string {
  return JSON.stringify({ job_id: jobId, event, id, session, server, host, time: isoTime(time) });
}

/** Null, or why this job cannot be spoken about on a topic of its own. */
export const unspeakable = ({ jobId }: LifecycleEvent): string | null =>
  isTopicLevel(jobId)
    ? null
    : 'the job id cannot be part of a topic (empty, too long, or with / + # or control characters)';
