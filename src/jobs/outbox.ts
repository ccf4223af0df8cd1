/**
 * The outbox: lifecycle events that wait to be sent, in `<state>/outbox/`, one file for each time that something was queued, one
 * line for each event. Invariants: what `queueLifecycle` returned from is on disk; the files' numbers are the order of sending, among
 * any number of processes, because the next number is taken by creating its file; a file is removed only after the broker has all of it,
 * so a crash repeats events and loses none; there are never more than `MOST_FILES`, the oldest give way.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { appendJournal } from '../journal.ts';
import { syncFolder } from '../registry/sync-folder.ts';
import { type LifecycleEvent, lifecyclePayload, unspeakable } from './lifecycle.ts';

const MOST_FILES = 1000;
/** A file that is not complete yet belongs to a writer at work, or to one that died. */
const WRITING_MS = 10_000;

/** One file of the outbox: events in their order, as they are published. */
export interface Queued {
  readonly file: string;
  readonly events: readonly { readonly jobId: string; readonly payload: string }[];
}

export const outboxPath = (stateDir: string): string => join(stateDir, 'outbox');

/** Queues one event; see `queueLifecycles`. */
export const queueLifecycle = (stateDir: string, event: LifecycleEvent): void => queueLifecycles(stateDir, [event]);

/**
 * Queues events durably and sends nothing itself. Call it only where a broker is configured, after what the events tell is on disk.
 * An event whose job id cannot be part of a topic goes to the journal instead. Throws what the file system says.
 */
export function queueLifecycles(stateDir: string, events: readonly LifecycleEvent[]): void {
  const now = Math.floor(Date.now() / 1000);
  const refused = events.flatMap((event) => {
    const why = unspeakable(event);
    return why === null
      ? []
      : [{ who: 'outbox', scope: 'all', what: 'refused', name: event.session ?? '', msg: why } as const];
  });
  appendJournal(stateDir, now, refused);
  const told = events.filter((event) => unspeakable(event) === null);
  if (told.length === 0) return;
  const text = told.map((event, index) => `${lifecyclePayload(event, eventId(index))}\n`).join('');
  const folder = outboxPath(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeNext(folder, text);
  syncFolder(folder);
  dropOldest(folder, stateDir, now);
}

/** What waits, oldest first. Ends before a file that is still being written: nothing may overtake it. */
export function readOutbox(stateDir: string): readonly Queued[] {
  const queued: Queued[] = [];
  for (const name of files(outboxPath(stateDir))) {
    const file = join(outboxPath(stateDir), name);
    const text = readFileSync(file, 'utf8');
    if (!text.endsWith('\n') && Date.now() - statSync(file).mtimeMs < WRITING_MS) break;
    queued.push({ file, events: text.split('\n').flatMap((line) => readLine(line) ?? []) });
  }
  return queued;
}

/** Forgets a file that the broker has. It may have given way to newer ones meanwhile. */
export function removeQueued({ file }: Queued): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

const eventId = (index: number): string => `${Date.now().toString(36)}-${process.pid.toString(36)}-${index}`;

function writeNext(folder: string, text: string): void {
  let number = Number.parseInt(files(folder).at(-1) ?? '0', 10) + 1;
  for (;;) {
    const fd = createNew(join(folder, `${String(number).padStart(12, '0')}.jsonl`));
    if (fd === null) {
      number++;
      continue;
    }
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return;
  }
}

function createNew(path: string): number | null {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return null;
    throw error;
  }
}

function dropOldest(folder: string, stateDir: string, now: number): void {
  const excess = files(folder).slice(0, -MOST_FILES);
  for (const name of excess) removeQueued({ file: join(folder, name), events: [] });
  const msg = `the outbox is full: the oldest ${excess.length} of its files gave way unsent`;
  if (excess.length > 0) appendJournal(stateDir, now, [{ who: 'outbox', scope: 'all', what: 'refused', msg }]);
}

function files(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{12}\.jsonl$/.test(name))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Null for what a crash left of a line. */
function readLine(line: string): { readonly jobId: string; readonly payload: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    const known = typeof value === 'object' && value !== null && 'job_id' in value && typeof value.job_id === 'string';
    return known ? { jobId: String(value.job_id), payload: line } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
