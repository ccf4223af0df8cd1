/**
 * NEL, LS, PS and a lone CR end a line for PyYAML (YAML 1.1) and are mere characters for `yaml` (1.2), so that the two
 * may find different keys in the same bytes. Where such a character stands raw in a row, that row is left alone;
 * anywhere else, the file. Escaped in double quotes ("\L") they are harmless.
 */
import type { Item } from './tree.ts';
import type { RowPlace } from './types.ts';
import { type Source, unreadableRegistry } from './unreadable.ts';

export const ODD_BREAK = /[\u0085\u2028\u2029]|\r(?!\n)/;

export function oddBreakIn(text: string, { start, end }: RowPlace): string | null {
  return ODD_BREAK.test(text.slice(start, end)) ? 'a line separator that YAML readers disagree about' : null;
}

/** `rows` in the order of the text. */
export function refuseOddBreaks(source: Source, rows: readonly Item[]): void {
  let from = 0;
  for (const { start, end } of [...rows, { start: source.text.length, end: source.text.length }]) {
    const found = source.text.slice(from, start).search(ODD_BREAK);
    if (found >= 0) {
      throw unreadableRegistry(source, from + found, 'a line separator that YAML readers disagree about');
    }
    from = end;
  }
}
