import { part } from '../parts.ts';
import { editsByRow, newRows } from './edits-by-row.ts';
import { type AddedRows, addRows, type ChangedRow, changeRow } from './indexed-edits.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import { renewIndex } from './renew-index.ts';
import { replaceFile } from './replace-file.ts';
import type { Edit } from './types.ts';

/**
 * `writeRegistry` for a registry that was read through its index, which is renewed along with it. The price is that of
 * the rows edited; the rest of the file is copied. Throws what `writeRegistry` throws.
 */
export function writeIndexed(registry: IndexedRegistry, edits: readonly Edit[]): void {
  const changes = [...editsByRow(edits)].map(([row, rowEdits]) => changeRow(registry, row, rowEdits));
  if (changes.includes('unsure')) {
    part('rare').writeWhole(registry, edits);
    return;
  }
  const changed = changes.filter((change) => change !== null && change !== 'unsure');
  changed.sort((one, other) => one.row.place.start - other.row.place.start);
  const added = addRows(registry, newRows(edits));
  if (changed.length === 0 && added.text === '') return;
  const pieces = piecesOf(registry, changed, added);
  const stamp = replaceFile(registry.path, pieces, { expected: registry.stamp, locked: true });
  renewIndex(registry, changed, added, stamp);
}

function piecesOf({ bytes, head }: IndexedRegistry, changed: readonly ChangedRow[], added: AddedRows): Uint8Array[] {
  const end = { start: head.listEnd, end: head.listEnd, text: added.text };
  const splices = [...changed.map(({ row, text }) => ({ ...row.place, text })), end];
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const splice of splices) {
    pieces.push(bytes.subarray(from, splice.start), Buffer.from(splice.text));
    from = splice.end;
  }
  return [...pieces, bytes.subarray(from)];
}
