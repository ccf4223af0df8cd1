import { type Data, dataOfNode, dataOfValue } from './data.ts';
import { type MapNode, resolved } from './tree.ts';
import type { Edit } from './types.ts';

/**
 * What a row means after its edits, worked out on its data alone: `verifyEdit` compares this with what the edited text
 * says, so it shares no code with the editor.
 */
export function intendedData(row: MapNode, edits: readonly RowEdit[]): Data {
  const before = dataOfNode(row);
  if (!(before instanceof Map)) return before;
  const data = new Map<string, Data>(before);
  for (const edit of edits) {
    // A key that a merge brings in (`<<`) cannot be removed from the row, but overridden by null.
    const to = edit.kind === 'set' ? dataOfValue(edit.value) : inherits(row, edit.path) ? 'p:null' : null;
    change(data, edit.path, to);
  }
  dropEmptied(data, before, edits);
  return data;
}

type RowEdit = Exclude<Edit, { kind: 'append' }>;

/** A map that edits inside it made and emptied again is not made. */
function dropEmptied(data: Map<string, Data>, before: ReadonlyMap<string, Data>, edits: readonly RowEdit[]): void {
  for (const [key] of edits.flatMap(({ path }) => (path.length > 1 ? [path] : []))) {
    const item = data.get(key as string);
    const was = before.get(key as string);
    const isWhole = edits.some(({ path }) => path.length === 1 && path[0] === key);
    if (!(item instanceof Map) || item.size > 0 || was instanceof Map || isWhole) continue;
    if (was === undefined) data.delete(key as string);
    else data.set(key as string, was);
  }
}

/** `to` null removes. Maps inside are changed in a copy. */
function change(map: Map<string, Data>, [key, ...rest]: readonly string[], to: Data | null): void {
  if (key === undefined) return;
  if (rest.length > 0) {
    const inner = map.get(key);
    const copy = new Map<string, Data>(inner instanceof Map ? inner : []);
    change(copy, rest, to);
    if (to !== null || inner instanceof Map) map.set(key, copy);
  } else if (to === null) map.delete(key);
  else map.set(key, to);
}

function inherits(row: MapNode, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return false;
  if (rest.length === 0) return row.inherited.has(key);
  const entry = row.entries.find((candidate) => candidate.key === key);
  const value = entry && resolved(entry.value);
  return value?.kind === 'map' && inherits(value, rest);
}
