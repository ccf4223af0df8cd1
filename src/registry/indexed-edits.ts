import { appendToList } from './append-rows.ts';
import { dataOfNode, dataOfValue, sameData } from './data.ts';
import { editMap } from './edit-map.ts';
import type { RowEdit } from './edits-by-row.ts';
import { type IndexedRegistry, nodeAt, staleIndex, textAt } from './indexed-registry.ts';
import { intendedData } from './intended-data.ts';
import { intentsOf } from './intent.ts';
import { pageOf } from './page.ts';
import { rowList } from './row-node.ts';
import { scanRow, scanTree } from './scan-tree.ts';
import { applySplices } from './splice.ts';
import { type Item, isNull, type MapNode, type Node } from './tree.ts';
import type { NewRow, Row } from './types.ts';

/** A row and what became of it, verified. */
export interface ChangedRow {
  readonly row: Row;
  readonly before: string;
  readonly text: string;
  readonly node: Node;
}

/** New rows for the end of the list, verified. Places of the items are offsets into `HEADING` and the text. */
export interface AddedRows {
  readonly text: string;
  readonly items: readonly Item[];
}

/** What makes a file of rows. */
export const HEADING = 'tmux_sessions:\n';

/**
 * Null when the edits leave the row as it is, `unsure` when it is not for the scanner any more. Throws `EnvironmentError` `registry-changed` when the row is not the one
 * that was read, `Error` when the edited text is not what was meant.
 */
export function changeRow(
  registry: IndexedRegistry,
  row: Row,
  edits: readonly RowEdit[],
): ChangedRow | 'unsure' | null {
  const { indent } = registry.head;
  const before = textAt(registry, row.place);
  const was = nodeAt(registry, row.place);
  if (was.kind !== 'map' || !isRow(was, row)) throw staleIndex(registry);
  const text = applySplices(before, editMap(pageOf(before), was, intentsOf(edits)));
  if (text === before) return null;
  const node = scanRow(text, 0, text.length, indent);
  if (node === null) return 'unsure';
  const isWhole = text.endsWith('\n') || row.place.end === registry.bytes.length;
  if (!isWhole || !isIntended(before, was, text, node, edits)) throw broken(registry, row.name);
  return { row, before, text, node };
}

/** What no edit names must be the same text, which means the same; the rest must mean what was intended. */
function isIntended(before: string, was: MapNode, after: string, node: Node, edits: readonly RowEdit[]): boolean {
  if (node.kind !== 'map') return false;
  const named = new Set(edits.map(({ path }) => path[0]));
  const split = (text: string, map: MapNode) => {
    const entries = map.entries.filter(({ key }) => key !== null && named.has(key));
    const others = map.entries.filter(({ key }) => key === null || !named.has(key));
    return { edited: { ...map, entries }, others: others.map(({ start, value }) => text.slice(start, value.end)) };
  };
  const [one, other] = [split(before, was), split(after, node)];
  const isSame =
    one.others.length === other.others.length && one.others.every((entry, at) => entry === other.others[at]);
  return isSame && sameData(dataOfNode(other.edited), intendedData(one.edited, edits));
}

export function addRows(registry: IndexedRegistry, rows: readonly NewRow[]): AddedRows {
  if (rows.length === 0) return { text: '', items: [] };
  const { last, listEnd, indent } = registry.head;
  const lastText = textAt(registry, last);
  const lastNode = scanRow(lastText, 0, lastText.length, indent);
  if (lastNode === null) throw staleIndex(registry);
  const page = pageOf(textAt(registry, { ...last, end: listEnd }));
  const end = page.text.length;
  const place = { start: 0, end: lastText.length, line: 1 };
  const { text } = appendToList(page, { indent, end, last: place }, lastNode, rows);
  // Behind a last line without a break, the break comes first.
  const lines = page.text.endsWith('\n') ? text : text.slice(1);
  const items = rowList(scanTree(HEADING + lines)?.root ?? null)?.items ?? [];
  const data = items.map(({ value }) => dataOfNode(value));
  const isWhole = text.endsWith('\n') === page.text.endsWith('\n');
  if (!isWhole || !sameData(data, rows.map(dataOfValue))) throw broken(registry, 'the new rows');
  return { text, items };
}

/** The name and status tell whether a place still is the row that the index knows. */
const isRow = (node: MapNode, { name, status }: Row): boolean =>
  textOf(node, 'name') === name && textOf(node, 'status') === status;

function textOf({ entries }: MapNode, key: string): string {
  const value = entries.find((entry) => entry.key === key)?.value;
  return value?.kind === 'scalar' && !isNull(value) ? value.text : '';
}

const broken = ({ path }: IndexedRegistry, what: string): Error =>
  new Error(`the edit of ${path} would leave another text for ${what}; nothing was written`);
