/** One line of `doctor`. `mend`: the command, or the words, that make it right; null when nothing is to do. */
export interface Check {
  readonly title: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
  readonly mend: string | null;
}

export const ok = (title: string, detail: string): Check => ({ title, state: 'ok', detail, mend: null });

/** Something works less well than it could, or surprises. */
export const warning = (title: string, detail: string, mend: string | null): Check => ({
  title,
  state: 'warning',
  detail,
  mend,
});

/** Something does not work. */
export const broken = (title: string, detail: string, mend: string): Check => ({ title, state: 'error', detail, mend });

/** What went wrong, in words for people; a bug of ours is thrown on. */
export function wordsOf(error: unknown): string {
  if (error instanceof Error && ('exitCode' in error || 'syscall' in error)) return error.message;
  throw error;
}
