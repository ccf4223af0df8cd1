/** Puts `text` in the place of `[start, end)`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies splices of one text, whose ranges do not overlap. Of those at one place, mere insertions come first, in their order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: put } of splices.toSorted(
    (one, other) => one.start - other.start || one.end - other.end,
  )) {
    if (start < from) throw new Error(`two edits of one place, at offset ${start}`);
    result += text.slice(from, start) + put;
    from = end;
  }
  return result + text.slice(from);
}
