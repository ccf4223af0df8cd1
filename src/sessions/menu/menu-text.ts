/**
 * Text in a tmux menu. tmux expands formats in titles, names and commands, takes a name that begins with `-` for a disabled item and an
 * empty one for a line. Names of sessions are other people's text: they are shown, and stand in no command.
 */
import stringWidth from 'string-width';
import { printable } from '../../render/printable.ts';
import { literallyDrawn } from '../../tmux/literal.ts';

/** Fit to be shown as it is, in so many columns. */
export const shown = (text: string, width: number): string => literallyDrawn(cut(printable(text), width));

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && stringWidth(characters.join('')) > width - 1) characters.pop();
  return `${characters.join('')}…`;
}

/** One word of a command line that a POSIX shell reads. */
export const shellWord = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** One word of a command that tmux parses. */
export const tmuxWord = (word: string): string => `"${word.replace(/["\\$]/g, '\\$&')}"`;
