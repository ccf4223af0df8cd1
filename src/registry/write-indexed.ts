import { part } from '../parts.ts';
import { editsByRow, newRows } from './edits-by-row.ts';
import { type AddedRows, addRows, type ChangedRow, changeRow } from './indexed-edits.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import type { Piece } from './piece.ts';
import { endOfList, renewIndex } from './renew-index.ts';
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
  // The file of before can be read only before.
  const end = endOfList(registry);
  const stamp = replaceFile(registry.path, pieces, { expected: registry.stamp, locked: true });
  renewIndex(registry, { changed, added, end, stamp });
}

function piecesOf({ bytes, head }: IndexedRegistry, changed: readonly ChangedRow[], added: AddedRows): Piece[] {
  const end = { start: head.listEnd, end: head.listEnd, text: added.text };
  const splices = [...changed.map(({ row, text }) => ({ ...row.place, text })), end];
  const pieces: Piece[] = [];
  let from = 0;
  for (const splice of splices) {
    pieces.push(bytes.piece(from, splice.start), Buffer.from(splice.text));
    from = splice.end;
  }
  return [...pieces, bytes.piece(from, bytes.length)];
}
