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
  for (const { start, end, text: put } of inOrder(splices)) {
    if (start < from) throw new Error(`two edits of one place, at offset ${start}`);
    result += text.slice(from, start) + put;
    from = end;
  }
  return result + text.slice(from);
}

/** Is `after` what `applySplices` makes of the text? Without making it: a large registry's text takes longer to copy than to compare. */
export function isSpliced(text: string, splices: readonly Splice[], after: string): boolean {
  let from = 0;
  let at = 0;
  const goesOn = (part: string): boolean => {
    at += part.length;
    return after.slice(at - part.length, at) === part;
  };
  for (const { start, end, text: put } of inOrder(splices)) {
    if (start < from || !goesOn(text.slice(from, start)) || !goesOn(put)) return false;
    from = end;
  }
  return goesOn(text.slice(from)) && at === after.length;
}

const inOrder = (splices: readonly Splice[]): readonly Splice[] =>
  splices.toSorted((one, other) => one.start - other.start || one.end - other.end);
