/**
 * The row index: what an event needs of a large registry, so that it need not read it all. A cache: it may be deleted at
 * any time, and counts only while the registry is in the very state (`stamp`) that it was made for.
 *
 * Two files. The head, rewritten with each edit, holds the active rows (all but terminated and archived ones) in full. The
 * names file has a line for each inactive row, to be searched and not parsed: name, session id and place. Edits move rows,
 * so a place there is as old as its line; `shifts` in the head say what has moved since. A row that became inactive gets
 * a new line at the end; the last line of a row counts, and none of a row that is active again.
 */
import type { FileStamp, Identity, Row, RowPlace } from './types.ts';

export interface IndexHead {
  readonly format: typeof FORMAT;
  /** The registry's path as given. */
  readonly registry: string;
  readonly stamp: string;
  /** First line of the names file that belongs to this head. */
  readonly names: string;
  /** Number of rows, inactive ones counted. */
  readonly count: number;
  /** Column of the dashes. */
  readonly indent: number;
  /** Where a new row goes. Like all places here: byte offsets into the file. */
  readonly listEnd: number;
  readonly last: RowPlace;
  readonly identities: readonly Identity[];
  readonly shifts: readonly Shift[];
  /** Active rows in the order of the file. */
  readonly rows: readonly Row[];
}

/** From the offset on, everything moved by so many bytes and lines. */
export type Shift = readonly [offset: number, bytes: number, lines: number];

export const FORMAT = 1;

export const namesPath = (indexPath: string): string => `${indexPath}.names`;

export const stampText = ({ dev, ino, size, mtimeNs, ctimeNs }: FileStamp): string =>
  `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;

export const isActive = ({ status }: Row): boolean => status !== 'terminated' && status !== 'archived';

/** `age`: how many shifts were there already. */
export function nameLine({ name, sessionId, index, place }: Row, age: number): string {
  const facts = [JSON.stringify(name), JSON.stringify(sessionId ?? ''), index, place.start, place.end, place.line, age];
  return `${facts.join('\t')}\n`;
}

/** What a line that holds `needle` says. Null for the line of a run that was killed while it wrote. */
export interface NamedPlace {
  readonly index: number;
  readonly place: RowPlace;
  readonly age: number;
}

export function parseNameLine(line: string): NamedPlace | null {
  const [, , index, start, end, lineNumber, age] = line.split('\t').map(Number);
  if (
    index === undefined ||
    start === undefined ||
    end === undefined ||
    lineNumber === undefined ||
    age === undefined
  ) {
    return null;
  }
  return { index, place: { start, end, line: lineNumber }, age };
}

/** Where a place of that age is now. */
export function shifted(place: RowPlace, shifts: readonly Shift[], age: number): RowPlace {
  let { start, end, line } = place;
  for (const [offset, bytes, lines] of shifts.slice(age)) {
    if (start >= offset) {
      start += bytes;
      line += lines;
    }
    if (end >= offset) end += bytes;
  }
  return { start, end, line };
}
