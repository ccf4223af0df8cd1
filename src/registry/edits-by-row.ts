import type { Edit, NewRow, Row } from './types.ts';

export type RowEdit = Exclude<Edit, { kind: 'append' }>;

/** Rows are the same when their index is. */
export function editsByRow(edits: readonly Edit[]): ReadonlyMap<Row, readonly RowEdit[]> {
  const byIndex = new Map<number, Row>();
  const byRow = new Map<Row, RowEdit[]>();
  for (const edit of edits) {
    if (edit.kind === 'append') continue;
    const row = byIndex.get(edit.row.index) ?? edit.row;
    byIndex.set(row.index, row);
    byRow.set(row, [...(byRow.get(row) ?? []), edit]);
  }
  return byRow;
}

export function newRows(edits: readonly Edit[]): readonly NewRow[] {
  return edits.flatMap((edit) => (edit.kind === 'append' ? [edit.value] : []));
}
