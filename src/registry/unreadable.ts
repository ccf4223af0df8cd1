import { UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';

/** A text and the path that messages name. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

export function missingRegistry(path: string): UserError {
  return new UserError('registry-missing', `ERROR: ${path} not found`, 1);
}

/** Refuses the whole file: `file:line:column: why`, and the offending line. `offset` is an index into the text. */
export function unreadableRegistry({ path, text }: Source, offset: number, why: string): UserError {
  // What is missing at the end of the file is missing behind its last words.
  const at = offset >= text.length ? text.trimEnd().length : offset;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', start);
  // No more than `printable` shows: a line may be the whole file.
  const line = text.slice(start, Math.min(end < 0 ? text.length : end, start + 1000)).replace(/\r$/, '');
  const message = `${path}:${lineOf(text, at)}:${at - start + 1}: ${why}`;
  return new UserError('registry-unreadable', line ? `${message}\n  ${printable(line)}` : message);
}

/** 1-based. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
