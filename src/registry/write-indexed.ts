import { editsByRow, newRows } from './edit-registry.ts';
import { type ChangedRow, changeRow, textOfNew } from './indexed-edits.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import { renewIndex } from './renew-index.ts';
import { replaceFile } from './replace-file.ts';
import { sweepTempFiles } from './sweep-temp-files.ts';
import type { Edit } from './types.ts';

/**
 * `writeRegistry` for a registry that was read through its index, which is renewed along with it. The price is that of
 * the rows edited; the rest of the file is copied. Throws what `writeRegistry` throws.
 */
export function writeIndexed(registry: IndexedRegistry, edits: readonly Edit[]): void {
  const changed = [...editsByRow(edits)]
    .map(([row, rowEdits]) => changeRow(registry, row, rowEdits))
    .filter((change): change is ChangedRow => change !== null)
    .sort((one, other) => one.row.place.start - other.row.place.start);
  const added = textOfNew(registry, newRows(edits));
  if (changed.length === 0 && added === '') return;
  sweepTempFiles(registry.path);
  const stamp = replaceFile(registry.path, piecesOf(registry, changed, added), { expected: registry.stamp });
  renewIndex(registry, changed, added, stamp);
}

function piecesOf({ bytes, head }: IndexedRegistry, changed: readonly ChangedRow[], added: string): Uint8Array[] {
  const end = { start: head.listEnd, end: head.listEnd, text: added };
  const splices = [...changed.map(({ row, text }) => ({ ...row.place, text })), end];
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const splice of splices) {
    pieces.push(bytes.subarray(from, splice.start), Buffer.from(splice.text));
    from = splice.end;
  }
  return [...pieces, bytes.subarray(from)];
}
