import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { errnoOf } from './errors.ts';
import { type JournalEntry, journalFiles } from './journal.ts';

/** An entry as it was written: `time` is ISO, UTC. */
export type WrittenEntry = JournalEntry & { readonly time: string };

export interface Journal {
  /** The oldest first. */
  readonly entries: readonly WrittenEntry[];
  /** Lines that are none of ours, or were cut off by a crash or a full disk. */
  readonly damaged: number;
}

/** Reads the whole journal, rotated files first. Takes no lock: a run that rotates meanwhile makes nothing appear twice. */
export function readJournal(stateDir: string): Journal {
  const seen = new Set<bigint>();
  // The newest first: what is renamed meanwhile was read already, and is known again by its inode.
  const texts = journalFiles(stateDir)
    .toReversed()
    .map((path) => readOnce(path, seen))
    .toReversed();
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const entries = lines.flatMap((line) => decode(line) ?? []);
  return { entries, damaged: lines.length - entries.length };
}

function readOnce(path: string, seen: Set<bigint>): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return '';
    throw error;
  }
  try {
    const { ino } = fstatSync(fd, { bigint: true });
    if (seen.has(ino)) return '';
    seen.add(ino);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function decode(line: string): WrittenEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isEntry = (value: unknown): value is WrittenEntry =>
  typeof value === 'object' &&
  value !== null &&
  ['time', 'who', 'scope', 'what', 'msg'].every((key) => typeof Reflect.get(value, key) === 'string') &&
  !Number.isNaN(Date.parse(Reflect.get(value, 'time')));
