import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, errnoOf } from './errors.ts';
import { isoMillis } from './iso-time.ts';

/**
 * The journal: one JSON line per drift, repair and refusal in `<state>/journal.jsonl`, so that a person can see what was changed,
 * by whom, and put it back by hand. Append-only; rotated by size under the registry's lock, three old files are kept.
 */
export interface JournalEntry {
  /** Who started the run: `cli`, `key`, `load`, `session-closed`, `hook claude`, `mqtt`. */
  readonly who: string;
  /** Sockets that the run was about, or `all`. */
  readonly scope: string;
  /** `repaired`, `found` (left as it is), `done` (somebody asked for it), `refused` (with the reason), `ignored` (input that was not for us). */
  readonly what: 'repaired' | 'found' | 'done' | 'refused' | 'ignored';
  readonly class?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly server?: string | null;
  readonly session?: string | null;
  readonly msg: string;
  /** What changed in the row: key path → [before, after]; null stands for "not there". */
  readonly changes?: { readonly [path: string]: readonly [unknown, unknown] };
}

const LARGEST_BYTES = 5 * 1024 * 1024;
const KEPT = 3;

export const journalPath = (stateDir: string): string => join(stateDir, 'journal.jsonl');

/** All files of the journal, the oldest first; any of them may be missing. */
export const journalFiles = (stateDir: string): readonly string[] => [
  ...Array.from({ length: KEPT }, (_, at) => `${journalPath(stateDir)}.${KEPT - at}`),
  journalPath(stateDir),
];

/** Appends entries in one write. `now`: epoch seconds. Throws `EnvironmentError` `journal-failed`. */
export function appendJournal(stateDir: string, now: number, entries: readonly JournalEntry[]): void {
  if (entries.length === 0) return;
  const time = isoMillis(now * 1000);
  const text = entries.map((entry) => `${JSON.stringify({ time, ...entry })}\n`).join('');
  const path = journalPath(stateDir);
  try {
    if (append(path, text) >= LARGEST_BYTES) rotate(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    throw new EnvironmentError('journal-failed', `cannot write the journal ${path}: ${errnoOf(error)}`, error);
  }
}

/** Answers the size of the file then. */
function append(path: string, text: string): number {
  const fd = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.from(endsInLine(fd, size) ? text : `\n${text}`);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    return size + bytes.length;
  } finally {
    closeSync(fd);
  }
}

/** A line that a full disk or a kill cut off must not spoil the next one. */
function endsInLine(fd: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

function rotate(path: string): void {
  for (let age = KEPT - 1; age >= 1; age--) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
  renameSync(path, `${path}.1`);
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
