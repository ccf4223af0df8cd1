import { cutEnd, widthOf } from './columns.ts';

/** A column of a table for a terminal. */
export interface Column {
  readonly title: string;
  /** How narrow it may get when the terminal is; without it the column keeps its width. */
  readonly narrowest?: number;
  /** Shortens a text to a width; without it the end is cut off. */
  readonly shorten?: (text: string, width: number) => string;
  readonly paint?: (text: string, row: number) => string;
}

const GAP = 2;

/**
 * Rows of plain text as a table without lines. `width`: of the terminal, columns that may give way do so; null (a pipe): nothing is cut.
 * Control characters must be out of the cells by now.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number | null): string {
  const natural = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const widths = width === null ? natural : fitted(columns, natural, width);
  const head = columns.map(({ title }) => ({ title }));
  const lines = [
    line(
      head,
      head.map(({ title }) => title),
      widths,
      0,
    ),
    ...rows.map((row, index) => line(columns, row, widths, index)),
  ];
  return `${lines.join('\n')}\n`;
}

function line(columns: readonly Column[], cells: readonly string[], widths: readonly number[], row: number): string {
  const drawn = columns.map(({ shorten = cutEnd, paint }, at) => {
    const width = widths[at] ?? 0;
    const text = shorten(cells[at] ?? '', width);
    const padding = at === columns.length - 1 ? '' : ' '.repeat(Math.max(0, width - widthOf(text)) + GAP);
    return `${paint ? paint(text, row) : text}${padding}`;
  });
  return drawn.join('').trimEnd();
}

/** Takes from the widest column that may give way until all fit, or none can give more. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
  while (excess > 0) {
    const givers = columns.flatMap(({ narrowest }, at) =>
      narrowest !== undefined && (widths[at] ?? 0) > narrowest ? [at] : [],
    );
    const widest = givers.sort((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0))[0];
    if (widest === undefined) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
