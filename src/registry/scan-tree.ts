/**
 * A strict scanner for the block YAML that registries are made of, as PyYAML's `safe_dump` and people write it. It gives
 * up on whatever it does not fully understand, and `yaml` reads the file then; what it does read it reads as `yaml` and
 * PyYAML do (test/registry/scan-tree.test.ts compares the three). It loads nothing but its own few files: events need it.
 */
import { BlockScanner, Unsure } from './block-scanner.ts';
import type { Node } from './tree.ts';

/** The tree of a whole file, with a null root when it holds nothing; null when the scanner does not understand it. */
export function scanTree(text: string): { readonly root: Node | null } | null {
  return orNull(() => {
    const scanner = new BlockScanner(text, fileStart(text), text.length);
    return { root: scanner.isAtEnd() ? null : scanner.root() };
  });
}

/**
 * The node of one row of a block list: whole lines, the first with the dash, which stands at `column`. Null when the
 * scanner does not understand it, or it is more or less than one row.
 */
export function scanRow(text: string, start: number, end: number, column: number): Node | null {
  return orNull(() => new BlockScanner(text, start, end).row(column));
}

/** Behind the marker with which PyYAML begins a file when told to (`explicit_start`). */
export const fileStart = (text: string): number => (text.startsWith('---\n') ? 4 : 0);

/** Null where the scanner gives up. */
export function orNull<T>(scan: () => T): T | null {
  try {
    return scan();
  } catch (error) {
    // RangeError: a scalar so long that the regular expression ran out of stack.
    if (error instanceof Unsure || error instanceof RangeError) return null;
    throw error;
  }
}
