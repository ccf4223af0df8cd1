import { editRegistry, type RowEdit } from './edit-registry.ts';
import { type IndexedRegistry, rowAt, staleIndex, textAt } from './indexed-registry.ts';
import type { Edit, NewRow, Registry, Row } from './types.ts';
import { verifyEdit } from './verify-edit.ts';

/** A row, its text, and its new one, verified. */
export interface ChangedRow {
  readonly row: Row;
  readonly before: string;
  readonly text: string;
}

/** Null when the edits leave the row as it is. Throws `registry-changed` when the row is not the one that was read. */
export function changeRow(registry: IndexedRegistry, row: Row, edits: readonly RowEdit[]): ChangedRow | null {
  const now = rowAt(registry, row.index, row.place);
  if (now?.name !== row.name || now.status !== row.status) throw staleIndex(registry);
  const before = textAt(registry, row.place);
  const alone = aloneInFile(registry, before);
  const local: Row = { ...row, place: alone.place };
  const text = edited(
    alone,
    edits.map((edit) => ({ ...edit, row: local })),
  );
  return text === before ? null : { row, before, text };
}

/** The text of new rows, verified, for the end of the list; '' when there are none. */
export function textOfNew(registry: IndexedRegistry, rows: readonly NewRow[]): string {
  if (rows.length === 0) return '';
  const { last, listEnd } = registry.head;
  const lastText = textAt(registry, { ...last, end: listEnd });
  const alone = aloneInFile(registry, lastText, textAt(registry, last).length);
  return edited(
    alone,
    rows.map((value) => ({ kind: 'append', value })),
  ).slice(lastText.length);
}

interface Alone {
  readonly registry: Registry;
  readonly place: Row['place'];
}

/** A registry of this row alone, for the editor. `length`: of the row, without comments below it. */
function aloneInFile({ path, head }: IndexedRegistry, rowText: string, length = rowText.length): Alone {
  const start = HEADING.length + head.indent;
  const text = HEADING + ' '.repeat(head.indent) + rowText;
  const place = { start, end: start + length, line: 2 };
  const list = { indent: head.indent, end: text.length, last: place };
  return { place, registry: { path, text, rows: [], unreadable: [], identities: [], list, tree: null, stamp: null } };
}

/** What makes a file of rows. */
export const HEADING = 'tmux_sessions:\n';

function edited({ registry, place }: Alone, edits: readonly Edit[]): string {
  const text = editRegistry(registry, edits);
  verifyEdit(registry, edits, text);
  return text.slice(place.start);
}
