import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './errors.ts';

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

/** Appends entries in one write. `now`: epoch seconds. Throws what the file system says. */
export function appendJournal(stateDir: string, now: number, entries: readonly JournalEntry[]): void {
  if (entries.length === 0) return;
  const time = new Date(now * 1000).toISOString();
  const text = entries.map((entry) => `${JSON.stringify({ time, ...entry })}\n`).join('');
  const path = journalPath(stateDir);
  const fd = openSync(path, 'a', 0o600);
  try {
    writeSync(fd, text);
    if (fstatSync(fd).size < LARGEST_BYTES) return;
  } finally {
    closeSync(fd);
  }
  rotate(path);
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
