import type { NewRow, Value } from './types.ts';
import { writeText } from './write-scalar.ts';
import { isMap, writeValue } from './write-value.ts';

/** How the rows around are written. */
export interface RowStyle {
  /** Column of the dash. */
  readonly indent: number;
  /** `pane:` with a line for each key, as PyYAML writes it, instead of `pane: {…}`. */
  readonly blockMaps: boolean;
}

/** The lines of a new row of a block list, keys in their order; lists in it on one line. */
export function rowLines(row: NewRow, { indent, blockMaps }: RowStyle): readonly string[] {
  const pad = ' '.repeat(indent);
  return mapLines(row, blockMaps).map((line, index) => `${pad}${index === 0 ? '- ' : '  '}${line}`);
}

function mapLines(map: { readonly [key: string]: Value }, blockMaps: boolean): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const written = `${writeText(key, 'block')}:`;
    if (!blockMaps || !isMap(value) || Object.keys(value).length === 0)
      return `${written} ${writeValue(value, 'block')}`;
    return [written, ...mapLines(value, blockMaps).map((line) => `  ${line}`)];
  });
}
