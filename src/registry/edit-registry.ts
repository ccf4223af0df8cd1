import { appendToList, appendToRoot } from './append-rows.ts';
import { editMap } from './edit-map.ts';
import { editsByRow, newRows, type RowEdit } from './edits-by-row.ts';
import { intentsOf } from './intent.ts';
import { type Page, pageOf } from './page.ts';
import { rootNode, rowNode } from './row-node.ts';
import { applySplices, type Splice } from './splice.ts';
import type { MapNode } from './tree.ts';
import type { Edit, Registry, Row } from './types.ts';

/** One row's edits: what they are, and what they do to the text. */
export interface RowChange {
  readonly row: Row;
  readonly node: MapNode;
  readonly edits: readonly RowEdit[];
  readonly splices: readonly Splice[];
}

/**
 * The registry's text with the edits in it; only the lines that they are about differ. Edits of one row take effect in
 * their order. Throws `RangeError` for values that YAML cannot carry (`write-scalar.ts`), `Error` for an edit that would
 * reach beyond its row. `verifyEdit` says afterwards whether the text is what was meant.
 */
export function editRegistry(registry: Registry, edits: readonly Edit[]): string {
  const splices = rowChanges(registry, edits).flatMap((change) => change.splices);
  return applySplices(registry.text, [...splices, ...appendSplices(registry, edits)]);
}

export function rowChanges(registry: Registry, edits: readonly Edit[]): readonly RowChange[] {
  const page = pageOf(registry.text);
  return [...editsByRow(edits)].map(([row, rowEdits]) => {
    const node = rowNode(registry, row.place);
    if (node.kind !== 'map') throw new Error(`the row ${row.name} is not a map`);
    return { row, node, edits: rowEdits, splices: editMap(page, node, intentsOf(rowEdits)) };
  });
}

export function appendSplices(registry: Registry, edits: readonly Edit[]): readonly Splice[] {
  const rows = newRows(edits);
  if (rows.length === 0) return [];
  const page: Page = pageOf(registry.text);
  const { list } = registry;
  if (list) return [appendToList(page, list, rowNode(registry, list.last), rows)];
  return appendToRoot(page, rootNode(registry), rows);
}
