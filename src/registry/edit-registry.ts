import { appendToList, appendToRoot } from './append-rows.ts';
import { editMap } from './edit-map.ts';
import { intentsOf } from './intent.ts';
import { type Page, pageOf } from './page.ts';
import { rootNode, rowNode } from './row-node.ts';
import { applySplices, type Splice } from './splice.ts';
import type { MapNode } from './tree.ts';
import type { Edit, NewRow, Registry, Row } from './types.ts';

type RowEdit = Exclude<Edit, { kind: 'append' }>;

/**
 * The registry's text with the edits in it; only the lines that they are about differ. Edits of one row take effect in
 * their order. Throws `RangeError` for values that YAML cannot carry (`write-scalar.ts`), `Error` for an edit that would
 * reach beyond its row. `verifyEdit` says afterwards whether the text is what was meant.
 */
export function editRegistry(registry: Registry, edits: readonly Edit[]): string {
  const page = pageOf(registry.text);
  const appended = edits.flatMap((edit) => (edit.kind === 'append' ? [edit.value] : []));
  const changes = [...editsByRow(edits)].flatMap(([row, rowEdits]) =>
    editMap(page, rowMap(registry, row), intentsOf(rowEdits)),
  );
  return applySplices(registry.text, [...changes, ...appends(page, registry, appended)]);
}

export function editsByRow(edits: readonly Edit[]): ReadonlyMap<Row, readonly RowEdit[]> {
  const byIndex = new Map<number, { readonly row: Row; readonly edits: RowEdit[] }>();
  for (const edit of edits) {
    if (edit.kind === 'append') continue;
    const known = byIndex.get(edit.row.index);
    if (known) known.edits.push(edit);
    else byIndex.set(edit.row.index, { row: edit.row, edits: [edit] });
  }
  return new Map([...byIndex.values()].map(({ row, edits }) => [row, edits]));
}

function rowMap(registry: Registry, { place, name }: Row): MapNode {
  const node = rowNode(registry, place);
  if (node.kind !== 'map') throw new Error(`the row ${name} is not a map`);
  return node;
}

function appends(page: Page, registry: Registry, rows: readonly NewRow[]): readonly Splice[] {
  if (rows.length === 0) return [];
  const { list } = registry;
  if (list) return [appendToList(page, list, rowNode(registry, list.last), rows)];
  return appendToRoot(page, rootNode(registry), rows);
}
