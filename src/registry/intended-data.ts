import { type Data, dataOfNode, dataOfValue } from './data.ts';
import { type MapNode, resolved } from './tree.ts';
import type { Edit } from './types.ts';

/**
 * What a row means after its edits, worked out on its data alone: `verifyEdit` compares this with what the edited text
 * says, so it shares no code with the editor.
 */
export function intendedData(row: MapNode, edits: readonly RowEdit[]): Data {
  const before = dataOfNode(row);
  let data = before;
  for (const edit of edits) {
    // A key that a merge brings in (`<<`) cannot be removed from the row, but overridden by null.
    const to = edit.kind === 'set' ? dataOfValue(edit.value) : inherits(row, edit.path) ? 'p:null' : null;
    data = changed(data, edit.path, to) ?? data;
  }
  return withoutEmptied(data, before, edits);
}

type RowEdit = Exclude<Edit, { kind: 'append' }>;

/** A map that edits inside it made and emptied again is not made. */
function withoutEmptied(data: Data, before: Data, edits: readonly RowEdit[]): Data {
  const whole = new Set(edits.flatMap(({ path }) => (path.length === 1 ? path : [])));
  if (!(data instanceof Map && before instanceof Map)) return data;
  const kept = [...data].flatMap(([key, item]): [string, Data][] => {
    const was = before.get(key);
    const isEmptied = item instanceof Map && item.size === 0 && !(was instanceof Map) && !whole.has(key);
    if (!isEmptied) return [[key, item]];
    return was === undefined ? [] : [[key, was]];
  });
  return new Map(kept);
}

/** `to` null removes. Null when there is nothing to remove. */
function changed(data: Data | undefined, [key, ...rest]: readonly string[], to: Data | null): Data | null {
  if (key === undefined) return to;
  const map = data instanceof Map ? new Map<string, Data>(data) : new Map<string, Data>();
  const item = rest.length > 0 ? changed(map.get(key), rest, to) : to;
  if (item !== null) return map.set(key, item);
  if (rest.length > 0 || !map.delete(key)) return null;
  return map;
}

function inherits(row: MapNode, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return false;
  if (rest.length === 0) return row.inherited.has(key);
  const entry = row.entries.find((candidate) => candidate.key === key);
  const value = entry && resolved(entry.value);
  return value?.kind === 'map' && inherits(value, rest);
}
