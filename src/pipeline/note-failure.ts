import { appendJournal } from '../journal.ts';
import { failureEntry } from './journal-entries.ts';

type Handler = Parameters<typeof failureEntry>[1];

/** Writes an error into the journal that ends a run, or a try of it. */
export function noteFailure(error: unknown, now: number, handler: Handler, stateDir: string): void {
  // No registry, no work: that is no refusal. And where the journal itself cannot be written, the error that says so is on its way.
  if (hasCode(error, 'registry-missing') || hasCode(error, 'journal-failed')) return;
  try {
    appendJournal(stateDir, now, [failureEntry(error, handler)]);
  } catch (second) {
    if (!hasCode(second, 'journal-failed')) throw second;
  }
}

/** Errors cross bundles, so they are told apart by shape. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
