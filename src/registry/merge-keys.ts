import { type Entry, type MapNode, type Node, resolved } from './tree.ts';

const NONE: ReadonlyMap<string, Node> = new Map();

/**
 * What its `<<` entries bring into a map, as PyYAML reads them: the map's own keys win, of several merged maps the first.
 * `refusal` makes the error for a `<<` that is no map, at an offset.
 */
export function inheritedBy(
  entries: readonly Entry[],
  merges: readonly Entry[],
  refusal: (at: number) => Error,
): ReadonlyMap<string, Node> {
  if (merges.length === 0) return NONE;
  const own = new Set(entries.map(({ key }) => key));
  const inherited = new Map<string, Node>();
  const bring = (key: string | null, value: Node) => {
    if (key !== null && !own.has(key) && !inherited.has(key)) inherited.set(key, value);
  };
  for (const source of merges.flatMap(({ value }) => mergedMaps(value, refusal))) {
    for (const { key, value } of source.entries) bring(key, value);
    for (const [key, value] of source.inherited) bring(key, value);
  }
  return inherited;
}

function mergedMaps(value: Node, refusal: (at: number) => Error): readonly MapNode[] {
  const node = resolved(value);
  if (node.kind === 'map') return [node];
  if (node.kind !== 'list') throw refusal(value.start);
  return node.items.map((item) => {
    const map = resolved(item.value);
    if (map.kind !== 'map') throw refusal(item.start);
    return map;
  });
}
