import { escaped } from './render/printable.ts';

/** What the edge does with an error. Errors cross bundles, so they are told apart by shape, not by class. */

/** The exit code that the error carries; 2 for everything else. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 2;

/** The user's and the environment's errors are one message; ours (a bug) come with the stack and how to report them. No line holds what a terminal obeys. */
export const messageOf = (error: unknown): string => `${rawMessage(error).split('\n').map(escaped).join('\n')}\n`;

function rawMessage(error: unknown): string {
  if (error instanceof Error && 'exitCode' in error) return error.message;
  if (error instanceof Error && 'syscall' in error) return `tmux-drift: ${error.message}`;
  const stack = error instanceof Error ? error.stack : String(error);
  return `tmux-drift: a bug of its own. Please report it with these lines:\n${stack}`;
}
