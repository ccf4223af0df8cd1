import { type Data, dataOfNode, dataOfValue } from './data.ts';
import { type MapNode, resolved } from './tree.ts';
import type { Edit } from './types.ts';

/**
 * What a row means after its edits, worked out on its data alone: `verifyEdit` compares this with what the edited text
 * says, so it shares no code with the editor.
 */
export function intendedData(row: MapNode, edits: readonly Exclude<Edit, { kind: 'append' }>[]): Data {
  let data = dataOfNode(row);
  for (const edit of edits) {
    // A key that a merge brings in (`<<`) cannot be removed from the row, but overridden by null.
    const to = edit.kind === 'set' ? dataOfValue(edit.value) : inherits(row, edit.path) ? 'p:null' : null;
    data = changed(data, edit.path, to) ?? data;
  }
  return data;
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
