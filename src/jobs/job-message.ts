import type { JobEnd } from '../reconcile/job-ended.ts';
import { printable } from '../render/printable.ts';
import { jobOfTopic } from './topics.ts';

/** One message as the broker delivered it. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** It was stored by the broker and is not news. */
  readonly retain: boolean;
  /** It was delivered before, and not acknowledged. */
  readonly dup: boolean;
}

/** What a message says. `other`: an event that ends nothing (`started`, …). `ignored`: in words why it says nothing to us. */
export type JobWord =
  | { readonly kind: 'end'; readonly end: JobEnd }
  | { readonly kind: 'other'; readonly jobId: string; readonly event: string }
  | { readonly kind: 'ignored'; readonly why: string /** Worth a line in the journal? */; readonly journal: boolean };

/**
 * The binary runs with a hash seed that everybody knows, so a publisher could make up keys that all fall into one slot of V8's
 * string table, at a cost that grows with the square of their number. These bounds keep it to milliseconds (docs/mqtt.md).
 */
export const LARGEST_PAYLOAD = 64 * 1024;
const MOST_KEYS = 1000;

/** Reads one message. Whatever it holds is data: it names a job and an event, or it is ignored. */
export function readJobMessage({ topic, payload, retain }: Message, base: string): JobWord {
  const jobId = jobOfTopic(base, topic);
  if (jobId === null) return { kind: 'ignored', why: 'not a topic of job events', journal: false };
  // A stored "completed" would end every later session of that job, for ever.
  if (retain) return { kind: 'ignored', why: 'retained, so not news', journal: false };
  if (payload.length > LARGEST_PAYLOAD) return ignored(`${payload.length} bytes, more than ${LARGEST_PAYLOAD}`);
  const text = payload.toString('utf8');
  if ((text.match(/"\s*:/g)?.length ?? 0) > MOST_KEYS) return ignored(`more than ${MOST_KEYS} keys`);
  const value = parseObject(text);
  if (value === null) return ignored('no JSON object');
  const { job_id: named, event, time } = value;
  if (typeof event !== 'string' || event === '') return ignored('without `event`');
  if (named !== jobId)
    return ignored(typeof named === 'string' ? '`job_id` is not the job of the topic' : 'without `job_id`');
  if (event !== 'completed' && event !== 'error') return { kind: 'other', jobId, event: printable(event) };
  return { kind: 'end', end: { jobId, event, time: epochOf(time) } };
}

const ignored = (why: string): JobWord => ({ kind: 'ignored', why, journal: true });

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A time as publishers write it: ISO 8601 with its zone, or epoch seconds. Anything else says nothing. */
function epochOf(time: unknown): number | null {
  if (typeof time === 'number') return Number.isFinite(time) ? time : null;
  const hasZone = typeof time === 'string' && /^\d{4}-\d\d-\d\dT[\d:.,]+(Z|[+-]\d\d:?\d\d)$/.test(time);
  const ms = hasZone ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? null : ms / 1000;
}
