import { dataOfNode, dataOfValue, sameData } from './data.ts';
import { appendSplices, type RowChange, rowChanges } from './edit-registry.ts';
import { newRows } from './edits-by-row.ts';
import { intendedData } from './intended-data.ts';
import { rowList } from './row-node.ts';
import { scanRow, scanTree } from './scan-tree.ts';
import { applySplices, isSpliced, type Splice } from './splice.ts';
import type { Edit, ListPlace, NewRow, Registry } from './types.ts';

/**
 * `verifyEdit` for a file that the scanner read, at the price of the rows concerned: a row of simple block YAML means the
 * same wherever it stands, so it is enough that every change stays within its row, that the row is still one and reads
 * as intended, and that all else is the same text. False when that is not so, or the scanner cannot tell.
 */
export function areAsIntended(before: Registry, list: ListPlace, edits: readonly Edit[], afterText: string): boolean {
  const changes = rowChanges(before, edits);
  const appended = appendSplices(before, edits);
  const splices = [...changes.flatMap((change) => change.splices), ...appended];
  return (
    isSpliced(before.text, splices, afterText) &&
    changes.every((change) => isRowAsIntended(before, list, change)) &&
    appended.every((splice) => areNewRows(before, list, splice, newRows(edits)))
  );
}

function isRowAsIntended({ text }: Registry, { indent }: ListPlace, { row, node, edits, splices }: RowChange): boolean {
  const { start, end } = row.place;
  const own = splices.map((splice) => ({ ...splice, start: splice.start - start, end: splice.end - start }));
  if (own.some((splice) => splice.start < 0 || splice.end > end - start)) return false;
  const lines = applySplices(text.slice(start, end), own);
  const after = scanRow(lines, 0, lines.length, indent);
  const isWhole = lines.endsWith('\n') || end === text.length;
  return after !== null && isWhole && sameData(dataOfNode(after), intendedData(node, edits));
}

function areNewRows(before: Registry, list: ListPlace, splice: Splice, rows: readonly NewRow[]): boolean {
  const { start, text } = splice;
  // Behind a last line without a break, the break comes first.
  const isLineStart = before.text[start - 1] === '\n';
  const isWhole = isLineStart ? text.endsWith('\n') : text.startsWith('\n') && start === before.text.length;
  const lines = isLineStart ? text : text.slice(1);
  const items = rowList(scanTree(`tmux_sessions:\n${lines}`)?.root ?? null)?.items ?? [];
  const data = items.map(({ value }) => dataOfNode(value));
  return start === list.end && isWhole && sameData(data, rows.map(dataOfValue));
}
