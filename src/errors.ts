/**
 * Three kinds of failure, each with a stable `code` and the exit code of docs/commands.md:
 * the user's (message only), the environment's (what was done, to what, errno), ours (a bug: stack and how to report).
 * Each part of the binary has a copy of these classes, and what one throws another catches: `instanceof` goes by a mark that all share.
 */
const USER = Symbol.for('tmux-drift.user-error');
const ENVIRONMENT = Symbol.for('tmux-drift.environment-error');

const isMarked = (value: unknown, mark: symbol): boolean =>
  typeof value === 'object' && value !== null && mark in value;

export class UserError extends Error {
  readonly [USER] = true;
  readonly code: string;
  readonly exitCode: number;
  constructor(code: string, message: string, exitCode = 2) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
  static override [Symbol.hasInstance](value: unknown): value is UserError {
    return isMarked(value, USER);
  }
}

export class EnvironmentError extends Error {
  readonly [ENVIRONMENT] = true;
  readonly code: string;
  readonly exitCode = 2;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
  static override [Symbol.hasInstance](value: unknown): value is EnvironmentError {
    return isMarked(value, ENVIRONMENT);
  }
}

/** The errno name of a failed system call, or null for anything else. */
export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
