import { appendFileSync } from 'node:fs';
import { decodeRow } from './decode-row.ts';
import { isActive, nameLine, namesPath, type Shift, shifted, stampText } from './index-file.ts';
import { dropHead, ignoringFullDisk, writeHead } from './index-head.ts';
import { type ChangedRow, HEADING } from './indexed-edits.ts';
import { type IndexedRegistry, textAt } from './indexed-registry.ts';
import { replaceFile } from './replace-file.ts';
import { rowList } from './row-node.ts';
import { scanRow, scanTree } from './scan-tree.ts';
import { hasUniqueTime } from './trusted-stamp.ts';
import type { FileStamp, Row, RowPlace } from './types.ts';

/** Then the index is made anew from the whole file. */
const MOST_SHIFTS = 400;

/**
 * Brings the index up to the file that was just written: `changed` in the order of the file, `added` at the end of the
 * list. Costs as much as there are active rows. Drops the index when it cannot be kept.
 */
export function renewIndex(
  registry: IndexedRegistry,
  changed: readonly ChangedRow[],
  added: string,
  stamp: FileStamp,
): void {
  const { head, indexPath } = registry;
  const now = shiftsOf(changed);
  const shifts = [...head.shifts, ...now];
  const move = (place: RowPlace): RowPlace => shifted(place, now, 0);
  const edited = changed.map((change) => rowAfter(registry, change, move));
  const end = move(endOfList(registry));
  const appended = newRowsAt(registry, added, end);
  // New rows behind a last line without a break give that to the row before, which then ends elsewhere.
  const movesEnd = added.startsWith('\n');
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
      listEnd: end.start + Buffer.byteLength(added),
      last: appended.at(-1)?.place ?? move(head.last),
      shifts,
      rows: [...others, ...written.filter(isActive)].sort((one, other) => one.index - other.index),
    });
  });
}

function writeNames({ indexPath, unsavedNames }: IndexedRegistry, more: string): void {
  const path = namesPath(indexPath);
  if (unsavedNames !== undefined) replaceFile(path, Buffer.from(unsavedNames + more), { durable: false });
  else if (more !== '') appendFileSync(path, more);
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

const breaksIn = (text: string): number => text.split('\n').length - 1;

const areRows = (rows: readonly (Row | null)[]): rows is readonly Row[] => rows.every((row) => row !== null);

function rowAfter(
  { head }: IndexedRegistry,
  { row, text }: ChangedRow,
  move: (place: RowPlace) => RowPlace,
): Row | null {
  const node = scanRow(text, 0, text.length, head.indent);
  const after = node && decodeRow(node, row.index, move(row.place));
  return after === null || 'reason' in after ? null : after;
}

function endOfList(registry: IndexedRegistry): RowPlace {
  const { last, listEnd } = registry.head;
  const lines = breaksIn(textAt(registry, { ...last, end: listEnd }));
  return { start: listEnd, end: listEnd, line: last.line + lines };
}

function newRowsAt({ head }: IndexedRegistry, added: string, at: RowPlace): readonly (Row | null)[] {
  if (added === '') return [];
  const text = HEADING + added;
  const items = rowList(scanTree(text)?.root ?? null)?.items ?? [];
  const bytesTo = (offset: number) => at.start + Buffer.byteLength(text.slice(HEADING.length, offset));
  return items.map(({ start, end, value }, order) => {
    const line = at.line + breaksIn(text.slice(HEADING.length, start));
    const row = decodeRow(value, head.count + order, { start: bytesTo(start), end: bytesTo(end), line });
    return 'reason' in row ? null : row;
  });
}
