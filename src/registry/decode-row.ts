import { blankSheet, type Defect, isOwnIdKey, isSheetKey, type RowSheet, rowOfSheet } from './row-sheet.ts';
import { sharedPart } from './shared-part.ts';
import { isNull, type MapNode, type Node, resolved } from './tree.ts';
import type { Row, RowPlace } from './types.ts';

/** A node of the list `tmux_sessions` → the row that it is, or what is wrong with it. */
export function decodeRow(node: Node, index: number, place: RowPlace): Row | Defect {
  if (node.kind !== 'map') return { name: null, reason: `the row is ${described(node)}, not a map` };
  const sheet = blankSheet();
  const ownIds: Record<string, string> = {};
  const reason = fill(sheet, ownIds, node, '') ?? (sheet.name ? sharedPart(node) : null);
  return reason === null ? rowOfSheet(sheet, ownIds, index, place) : { name: sheet.name, reason };
}

/** Returns what is of the wrong type, in words; null when nothing is. */
function fill(sheet: RowSheet, ownIds: Record<string, string>, map: MapNode, prefix: string): string | null {
  let defect: string | null = null;
  const take = (key: string | null, value: Node) => {
    // A key with a dot is none of ours: `pane.pid` is how a sheet calls `pid` inside `pane`.
    if (key !== null && !key.includes('.')) defect ??= fillKey(sheet, ownIds, prefix + key, resolved(value));
  };
  for (const { key, value } of map.entries) take(key, value);
  for (const [key, value] of map.inherited) take(key, value);
  return defect;
}

function fillKey(sheet: RowSheet, ownIds: Record<string, string>, key: string, node: Node): string | null {
  if (isNull(node)) return null;
  if (isSheetKey(key)) {
    if (node.kind !== 'scalar') return `\`${key}\` is ${described(node)}, not a text`;
    sheet[key] = node.text;
  } else if (key === 'pane' || key === 'conversation') {
    return node.kind === 'map' ? fill(sheet, ownIds, node, `${key}.`) : `\`${key}\` is ${described(node)}, not a map`;
  } else if (node.kind === 'scalar' && node.text && isOwnIdKey(key)) ownIds[key] = node.text;
  return null;
}

function described(node: Node): string {
  if (node.kind === 'alias') return 'an alias';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  return isNull(node) ? 'empty' : 'a text';
}
