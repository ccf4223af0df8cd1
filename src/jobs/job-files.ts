import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, parseObject, stringOf } from '../agents/json-object.ts';
import { errnoOf, UserError } from '../errors.ts';
import { isoTime } from '../iso-time.ts';
import { replaceFile } from '../registry/replace-file.ts';
import { printable } from '../render/printable.ts';
import { isTopicLevel } from './topics.ts';

/**
 * Job files: `<jobs dir>/<id>.json`, 0600, one JSON object each, replaced as a whole. Other programs may write them too: keys that we
 * do not know stay, and a file that is no job is no job of ours.
 */
export interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly prompt: string | null;
  readonly agent: string | null;
  readonly session: string | null;
  readonly server: string | null;
  readonly cwd: string | null;
  /** ISO times, UTC. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  /** What `complete` or `fail` said. */
  readonly message: string | null;
}

/** `submitted` until the agent has its prompt; the last two are final. */
export const JOB_STATES = ['submitted', 'working', 'completed', 'error'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const isFinal = (state: JobState): boolean => state === 'completed' || state === 'error';

/** `job-` and the time, so that ids sort by it; letters and digits, because it becomes part of a topic. `ms`: epoch milliseconds. */
export const newJobId = (ms: number): string =>
  `job-${ms.toString(36)}-${Math.floor(Math.random() * 36 ** 3)
    .toString(36)
    .padStart(3, '0')}`;

/** All jobs, oldest first; none where there is no folder yet. */
export function listJobs(folder: string): readonly Job[] {
  const jobs = namesIn(folder).flatMap((name) => readJob(folder, name.slice(0, -'.json'.length)) ?? []);
  return jobs.sort(
    (one, other) => (one.createdAt ?? '').localeCompare(other.createdAt ?? '') || one.id.localeCompare(other.id),
  );
}

/** Null: there is no such file, or it holds no job. */
export function readJob(folder: string, id: string): Job | null {
  const object = readObject(folder, id);
  return object && decode(id, object);
}

/** Creates a job file. */
export function writeJob(folder: string, job: Job): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(folder, job.id, encode(job));
}

/**
 * Notes what became of a job; keys of others stay. Null: there is no such job file. A job that has ended stays as it ended:
 * a late or repeated event changes nothing.
 */
export function changeJob(folder: string, id: string, change: JobChange, now: number): Job | null {
  return changeUnless(isFinal, folder, id, change, now);
}

/** Notes that a job is worked on again. One that is completed stays so. */
export function reopenJob(folder: string, id: string, now: number): Job | null {
  return changeUnless((state) => state === 'completed', folder, id, { state: 'working', message: null }, now);
}

type JobChange = Partial<Pick<Job, 'state' | 'message'>>;

function changeUnless(
  stays: (state: JobState) => boolean,
  folder: string,
  id: string,
  change: JobChange,
  now: number,
): Job | null {
  const object = readObject(folder, id);
  const before = object && decode(id, object);
  if (!object || !before || stays(before.state)) return before;
  const after: Job = { ...before, ...change, updatedAt: isoTime(now) };
  write(folder, id, { ...object, ...encode(after) });
  return after;
}

export function removeJob(folder: string, id: string): void {
  unlinkSync(fileOf(folder, id));
}

/** Refuses an id that could name another file, or no topic. */
export function checkJobId(id: string): string {
  if (isJobId(id)) return id;
  throw new UserError('bad-job-id', `job '${printable(id)}': a job id is letters, digits and . _ - @`);
}

const isJobId = (id: string): boolean => /^[\w@-][\w.@-]*$/.test(id) && isTopicLevel(id);

const fileOf = (folder: string, id: string): string => join(folder, `${checkJobId(id)}.json`);

const write = (folder: string, id: string, object: JsonObject): void =>
  void replaceFile(fileOf(folder, id), Buffer.from(`${JSON.stringify(object, null, 2)}\n`), { mode: 0o600 });

function readObject(folder: string, id: string): JsonObject | null {
  if (!isJobId(id)) return null;
  try {
    return parseObject(readFileSync(fileOf(folder, id), 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

function decode(id: string, object: JsonObject): Job | null {
  const state = JOB_STATES.find((known) => known === stringOf(object, 'state'));
  if (!isObject(object) || state === undefined) return null;
  const text = (key: string) => stringOf(object, key);
  return {
    id,
    state,
    prompt: text('prompt'),
    agent: text('agent'),
    session: text('session'),
    server: text('server'),
    cwd: text('cwd'),
    createdAt: text('created_at'),
    updatedAt: text('updated_at'),
    message: text('message'),
  };
}

const encode = (job: Job) => ({
  format_version: '1.0',
  job_id: job.id,
  state: job.state,
  prompt: job.prompt,
  agent: job.agent,
  session: job.session,
  server: job.server,
  cwd: job.cwd,
  created_at: job.createdAt,
  updated_at: job.updatedAt,
  message: job.message,
});

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
