import type { ListPlace, RowPlace } from './types.ts';

/** Comment lines right under the last row that stand deeper than its dash belong to it. */
export function listPlace(text: string, indent: number, last: RowPlace): ListPlace {
  const comment = new RegExp(`(?: {${indent + 1},}#[^\\n]*\\n)*`, 'y');
  comment.lastIndex = last.end;
  return { indent, end: last.end + (comment.exec(text)?.[0].length ?? 0), last };
}
