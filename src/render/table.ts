import Table from 'cli-table3';
import stringWidth from 'string-width';

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
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((name) => [name, '']),
);

/**
 * Rows of plain text as a table without lines, wide characters counted as two. `width`: of the terminal, columns that may give way do so;
 * null (a pipe): nothing is cut. Control characters must be out of the cells by now.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number | null): string {
  const natural = columns.map(({ title }, at) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[at] ?? ''))),
  );
  const widths = width === null ? natural : fitted(columns, natural, width);
  const lines = chunks(rows).flatMap((some, index) => draw(columns, some, widths, index * CHUNK));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The library compares every cell with every other one: a thousand rows at once take a second. */
const CHUNK = 20;

function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  const count = Math.max(1, Math.ceil(rows.length / CHUNK));
  return Array.from({ length: count }, (_, at) => rows.slice(at * CHUNK, (at + 1) * CHUNK));
}

function draw(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  first: number,
): readonly string[] {
  const drawn = new Table({
    chars: { ...NO_LINES, middle: '' },
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
    colWidths: widths.map((one) => one + GAP),
    ...(first === 0 ? { head: columns.map(({ title }) => title) } : {}),
  });
  for (const [index, row] of rows.entries()) {
    drawn.push(columns.map((column, at) => cell(column, row[at] ?? '', widths[at] ?? 0, first + index)));
  }
  return drawn.toString().split('\n');
}

function cell({ shorten, paint }: Column, text: string, width: number, row: number): string {
  const short = shorten && stringWidth(text) > width ? shorten(text, width) : text;
  return paint ? paint(short, row) : short;
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
