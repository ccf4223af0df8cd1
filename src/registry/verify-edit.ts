import { type Data, dataOfNode, dataOfValue, sameData } from './data.ts';
import { editsByRow } from './edit-registry.ts';
import { intendedData } from './intended-data.ts';
import { parseRegistry } from './parse-registry.ts';
import { rootNode, rowList } from './row-node.ts';
import type { Node } from './tree.ts';
import type { Edit, Registry } from './types.ts';

/**
 * Reads the edited text again and compares it with what was meant: edited and new rows as intended, all else as before,
 * no row less. Throws `Error` (a bug of ours) when it is not so: such a text must not be written.
 */
export function verifyEdit(before: Registry, edits: readonly Edit[], afterText: string): void {
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
  const byStart = new Map([...editsByRow(edits)].map(([{ place }, rowEdits]) => [place.start, rowEdits]));
  const rows = (rowList(rootNode(before))?.items ?? []).map(({ start, value }) => {
    const rowEdits = byStart.get(start);
    return rowEdits && value.kind === 'map' ? intendedData(value, rowEdits) : dataOfNode(value);
  });
  return [...rows, ...edits.flatMap((edit) => (edit.kind === 'append' ? [dataOfValue(edit.value)] : []))];
}

function otherKeys(root: Node | null): Data {
  const data = root === null ? null : dataOfNode(root);
  return data instanceof Map ? new Map([...data].filter(([key]) => key !== 'tmux_sessions')) : new Map();
}

const broken = ({ path }: Registry, what: string): Error =>
  new Error(`the edit of ${path} would leave ${what}; nothing was written`);
