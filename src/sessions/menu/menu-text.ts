/**
 * Text in a tmux menu. tmux expands formats in titles, names and commands, takes a name that begins with `-` for a disabled item and an
 * empty one for a line. Names of sessions are other people's text: they are shown, and stand in no command.
 */
import { cutEnd } from '../../render/columns.ts';
import { printable } from '../../render/printable.ts';
import { literallyDrawn } from '../../tmux/literal.ts';

/** Fit to be shown as it is, in so many columns. */
export const shown = (text: string, width: number): string => literallyDrawn(cutEnd(printable(text), width));

/** One word of a command line that a POSIX shell reads. */
export const shellWord = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** One word of a command that tmux parses. */
export const tmuxWord = (word: string): string => `"${word.replace(/["\\$]/g, '\\$&')}"`;
