import { type Data, dataOfNode, dataOfValue, sameData } from './data.ts';
import { rowChanges } from './edit-registry.ts';
import { newRows } from './edits-by-row.ts';
import { intendedData } from './intended-data.ts';
import { parseByLibrary, parseRegistry } from './parse-registry.ts';
import { rootNode, rowList } from './row-node.ts';
import type { Node } from './tree.ts';
import type { Edit, Registry } from './types.ts';
import { areAsIntended } from './verify-rows.ts';

/**
 * Reads what was edited again and compares it with what was meant: edited and new rows as intended, all else as before,
 * no row less. Throws `Error` (a bug of ours) when it is not so: such a text must not be written.
 */
export function verifyEdit(before: Registry, edits: readonly Edit[], afterText: string): void {
  if (before.tree === null && before.list !== null) {
    if (areAsIntended(before, before.list, edits, afterText)) return;
    // The scanner may have given up on what it would not have written itself: the last word is the library's.
    verifyWhole(parseByLibrary(before.path, before.text), edits, afterText);
  } else verifyWhole(before, edits, afterText);
}

function verifyWhole(before: Registry, edits: readonly Edit[], afterText: string): void {
  const after = rootNode(parseRegistry(before.path, afterText));
  const expected = expectedRows(before, edits);
  const found = rowList(after)?.items ?? [];
  if (found.length !== expected.length) throw broken(before, `${found.length} rows instead of ${expected.length}`);
  for (const [index, { value }] of found.entries()) {
    const data = expected[index];
    if (data === undefined || !sameData(data, dataOfNode(value))) throw broken(before, `another row ${index + 1}`);
  }
  if (!sameData(otherKeys(rootNode(before)), otherKeys(after))) throw broken(before, 'other keys of the file');
}

function expectedRows(before: Registry, edits: readonly Edit[]): readonly Data[] {
  const changes = new Map(rowChanges(before, edits).map((change) => [change.row.place.start, change]));
  const rows = (rowList(rootNode(before))?.items ?? []).map(({ start, value }) => {
    const change = changes.get(start);
    return change ? intendedData(change.node, change.edits) : dataOfNode(value);
  });
  return [...rows, ...newRows(edits).map(dataOfValue)];
}

function otherKeys(root: Node | null): Data {
  const data = root === null ? null : dataOfNode(root);
  return data instanceof Map ? new Map([...data].filter(([key]) => key !== 'tmux_sessions')) : new Map();
}

const broken = ({ path }: Registry, what: string): Error =>
  new Error(`the edit of ${path} would leave ${what}; nothing was written`);
