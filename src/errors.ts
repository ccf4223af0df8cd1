/**
 * Three kinds of failure, each with a stable `code` and the exit code of docs/commands.md:
 * the user's (message only), the environment's (what was done, to what, errno), ours (a bug: stack and how to report).
 */
export class UserError extends Error {
  readonly code: string;
  readonly exitCode: number;
  constructor(code: string, message: string, exitCode = 2) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

export class EnvironmentError extends Error {
  readonly code: string;
  readonly exitCode = 2;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The errno name of a failed system call, or null for anything else. */
export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
