import type { Io } from '../io.ts';
import { readJournal, type WrittenEntry } from '../read-journal.ts';
import { journalText } from '../render/journal-text.ts';
import { stateFolder } from '../settings.ts';
import { parseSince } from '../since.ts';

export interface LogOptions {
  readonly json?: boolean;
  readonly since?: string;
  readonly session?: string;
}

/** `log`: the journal of drifts, repairs and refusals, the oldest first. */
export function log({ json, since, session }: LogOptions, io: Io): number {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : parseSince(since, Date.now());
  const { entries, damaged } = readJournal(stateFolder(io.env));
  const wanted = entries.filter(
    (entry) => Date.parse(entry.time) >= from && (session === undefined || isAbout(entry, session)),
  );
  if (json) io.out(`${JSON.stringify({ format_version: '1.0', entries: wanted }, null, 2)}\n`);
  else for (const entry of wanted) io.out(journalText(entry, io.colour));
  if (!json && wanted.length === 0)
    io.err(entries.length === 0 ? 'the journal is empty\n' : 'nothing of that in the journal\n');
  if (damaged > 0) io.err(`${damaged} damaged ${damaged === 1 ? 'line is' : 'lines are'} left out\n`);
  return 0;
}

/** By its name at that time, or the name that it got or lost then. */
const isAbout = ({ name, changes }: WrittenEntry, session: string): boolean =>
  name === session || (changes?.name?.includes(session) ?? false);
