import { appendFileSync } from 'node:fs';
import { decodeRow } from './decode-row.ts';
import { isActive, nameLine, namesPath, type Shift, stampText } from './index-file.ts';
import { dropHead, ignoringFullDisk, writeHead } from './index-head.ts';
import { type AddedRows, type ChangedRow, HEADING } from './indexed-edits.ts';
import { type IndexedRegistry, textAt } from './indexed-registry.ts';
import { replaceFile } from './replace-file.ts';
import type { Node } from './tree.ts';
import { hasUniqueTime } from './trusted-stamp.ts';
import type { FileStamp, Row, RowPlace } from './types.ts';

/** Then the index is made anew from the whole file. */
const MOST_SHIFTS = 1000;

/** What became of a registry. */
export interface Written {
  /** In the order of the file. */
  readonly changed: readonly ChangedRow[];
  /** At the end of the list. */
  readonly added: AddedRows;
  /** `endOfList` before. */
  readonly end: RowPlace;
  /** Of the file as it is now. */
  readonly stamp: FileStamp;
}

/**
 * Brings the index up to the file that was just written. Costs as much as there are active rows. Drops the index when it cannot be kept.
 */
export function renewIndex(registry: IndexedRegistry, { changed, added, end: endBefore, stamp }: Written): void {
  const { head, indexPath } = registry;
  const now = shiftsOf(changed);
  const shifts = [...head.shifts, ...now];
  const move = mover(now);
  const edited = changed.map((change) => decoded(change.node, change.row.index, move(change.row.place)));
  const end = move(endBefore);
  const appended = newRowsAt(registry, added, end);
  // New rows behind a last line without a break give that to the row before, which then ends elsewhere.
  const movesEnd = added.text.startsWith('\n');
  if (movesEnd || shifts.length > MOST_SHIFTS || !hasUniqueTime(stamp) || !areRows([...edited, ...appended])) {
    dropHead(indexPath);
    return;
  }
  const touched = new Set(changed.map(({ row }) => row.index));
  const others = head.rows
    .filter(({ index }) => !touched.has(index))
    .map((row) => ({ ...row, place: move(row.place) }));
  const written = [...edited, ...appended].filter((row) => row !== null);
  const inactive = written.filter((row) => !isActive(row)).map((row) => nameLine(row, shifts.length));
  ignoringFullDisk(() => {
    writeNames(registry, inactive.join(''));
    writeHead(indexPath, {
      ...head,
      stamp: stampText(stamp),
      count: head.count + appended.length,
      listEnd: end.start + Buffer.byteLength(added.text),
      last: appended.at(-1)?.place ?? move(head.last),
      shifts,
      rows: [...others, ...written.filter(isActive)].sort((one, other) => one.index - other.index),
    });
  });
}

function writeNames({ indexPath, unsavedNames }: IndexedRegistry, more: string): void {
  const path = namesPath(indexPath);
  if (unsavedNames !== undefined) replaceFile(path, Buffer.from(unsavedNames + more), { durable: false });
  else if (more !== '') appendFileSync(path, more, { mode: 0o600 });
}

function shiftsOf(changed: readonly ChangedRow[]): readonly Shift[] {
  let moved = 0;
  return changed.flatMap(({ row, before, text }) => {
    const bytes = Buffer.byteLength(text) - Buffer.byteLength(before);
    const lines = breaksIn(text) - breaksIn(before);
    const shift = [row.place.end + moved, bytes, lines] as const;
    moved += bytes;
    return bytes === 0 && lines === 0 ? [] : [shift];
  });
}

/** As `shifted`, for the many places of a burst of changes: `shifts` in the order of the file, all of one write. */
function mover(shifts: readonly Shift[]): (place: RowPlace) => RowPlace {
  // What has moved behind so many of them; a shift's offset counts what the ones before it have moved.
  const moved = [{ bytes: 0, lines: 0 }];
  for (const [, bytes, lines] of shifts) {
    const before = moved.at(-1) ?? { bytes: 0, lines: 0 };
    moved.push({ bytes: before.bytes + bytes, lines: before.lines + lines });
  }
  const behind = (offset: number) => {
    let [from, to] = [0, shifts.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (offset + (moved[middle]?.bytes ?? 0) >= (shifts[middle]?.[0] ?? 0)) from = middle + 1;
      else to = middle;
    }
    return moved[from] ?? { bytes: 0, lines: 0 };
  };
  return ({ start, end, line }) => {
    const { bytes, lines } = behind(start);
    return { start: start + bytes, end: end + behind(end).bytes, line: line + lines };
  };
}

const breaksIn = (text: string): number => text.split('\n').length - 1;

const areRows = (rows: readonly (Row | null)[]): rows is readonly Row[] => rows.every((row) => row !== null);

function decoded(node: Node, index: number, place: RowPlace): Row | null {
  const row = decodeRow(node, index, place);
  return 'reason' in row ? null : row;
}

/** Where new rows go. */
export function endOfList(registry: IndexedRegistry): RowPlace {
  const { last, listEnd } = registry.head;
  const lines = breaksIn(textAt(registry, { ...last, end: listEnd }));
  return { start: listEnd, end: listEnd, line: last.line + lines };
}

function newRowsAt({ head }: IndexedRegistry, { text, items }: AddedRows, at: RowPlace): readonly (Row | null)[] {
  return items.map(({ start, end, value }, order) => {
    const before = text.slice(0, start - HEADING.length);
    const from = at.start + Buffer.byteLength(before);
    const bytes = Buffer.byteLength(text.slice(before.length, end - HEADING.length));
    return decoded(value, head.count + order, { start: from, end: from + bytes, line: at.line + breaksIn(before) });
  });
}
