import { decodeIdentities } from './decode-identities.ts';
import { decodeRow } from './decode-row.ts';
import { listPlace } from './list-place.ts';
import { oddBreakIn, refuseOddBreaks } from './odd-breaks.ts';
import { type Item, isNull, type ListNode, type MapNode, type Node } from './tree.ts';
import type { Identity, ListPlace, Row, RowPlace, UnreadableRow } from './types.ts';
import { type Source, unreadableRegistry } from './unreadable.ts';

export interface Decoded {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
  readonly list: ListPlace | null;
}

/** The tree of a whole file (null: it holds nothing) → what it says. Throws `registry-unreadable` for a wrong shape. */
export function decodeRegistry(source: Source, root: Node | null): Decoded {
  const map = rootMap(source, root);
  const sessions = map && rowList(source, map);
  refuseOddBreaks(source, sessions?.items ?? []);
  return {
    ...(sessions ? decodeRows(source, sessions) : { rows: [], unreadable: [], list: null }),
    identities: map ? decodeIdentities(map) : [],
  };
}

function rootMap(source: Source, root: Node | null): MapNode | null {
  if (root === null || isNull(root)) return null;
  if (root.kind === 'map') return root;
  throw unreadableRegistry(source, root.start, 'the file is not a map');
}

/** Rows that stand for another place of the file, or it for them, cannot be edited without changing that place. */
function rowList(source: Source, root: MapNode): ListNode | null {
  const entry = root.entries.find(({ key }) => key === 'tmux_sessions');
  if (entry === undefined && root.inherited.has('tmux_sessions')) {
    throw unreadableRegistry(source, root.start, '`tmux_sessions` is shared with another place (<<)');
  }
  if (entry === undefined || isNull(entry.value)) return null;
  const { value } = entry;
  if (value.kind === 'alias' || value.shared) {
    throw unreadableRegistry(source, value.start, '`tmux_sessions` is shared with another place');
  }
  if (value.kind !== 'list') throw unreadableRegistry(source, value.start, '`tmux_sessions` is not a list');
  return value;
}

function decodeRows({ text }: Source, list: ListNode): Omit<Decoded, 'identities'> {
  const rows: Row[] = [];
  const unreadable: UnreadableRow[] = [];
  const places = placesOf(text, list.items);
  for (const [index, { value }] of list.items.entries()) {
    const place = places[index];
    if (place === undefined) continue;
    const row = decodeRow(value, index, place);
    const reason = 'reason' in row ? row.reason : oddBreakIn(text, place);
    if (reason !== null) unreadable.push({ index, line: place.line, name: row.name, reason });
    else rows.push(row as Row);
  }
  const last = places.at(-1);
  return {
    rows,
    unreadable,
    list: list.flow || !last ? null : listPlace(text, list.indent, last),
  };
}

function placesOf(text: string, items: readonly Item[]): readonly RowPlace[] {
  let line = 1;
  let next = text.indexOf('\n');
  return items.map(({ start, end }) => {
    for (; next >= 0 && next < start; next = text.indexOf('\n', next + 1)) line++;
    return { start, end, line };
  });
}
