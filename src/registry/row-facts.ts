import { isNull, type MapNode, type Node, resolved } from './tree.ts';

/** Typed access to the keys of one map of a row; a key that is missing or null is null. */
export class RowFacts {
  /** The first key found to be of the wrong type, in words. */
  defect: string | null = null;
  readonly #nodes: ReadonlyMap<string | null, Node>;
  readonly #prefix: string;

  constructor(map: MapNode | null, prefix = '') {
    this.#nodes = map === null ? NO_NODES : nodesOf(map);
    this.#prefix = prefix;
  }

  text(key: string): string | null {
    const node = this.#nodes.get(key);
    if (node === undefined || isNull(node)) return null;
    return node.kind === 'scalar' ? node.text : this.#wrong(key, `is ${described(node)}, not a text`);
  }

  number(key: string): number | null {
    const text = this.text(key);
    if (text === null || text === '') return null;
    return NUMBER.test(text) ? Number(text) : this.#wrong(key, 'is not a number');
  }

  map(key: string): RowFacts {
    const node = this.#nodes.get(key);
    if (node?.kind === 'map') return new RowFacts(node, `${key}.`);
    if (node !== undefined && !isNull(node)) this.#wrong(key, `is ${described(node)}, not a map`);
    return new RowFacts(null);
  }

  ownIds(): Readonly<Record<string, string>> {
    const ids: Record<string, string> = {};
    for (const [key, node] of this.#nodes) {
      if (key !== null && OWN_ID.test(key) && node.kind === 'scalar' && !isNull(node) && node.text)
        ids[key] = node.text;
    }
    return ids;
  }

  #wrong(key: string, what: string): null {
    this.defect ??= `\`${this.#prefix}${key}\` ${what}`;
    return null;
  }
}

export const OWN_ID = /_(?:session|conversation)_id_own$/;

/** For messages: what stands where something else should. */
export function described(node: Node): string {
  if (node.kind === 'alias') return 'an alias';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  return isNull(node) ? 'empty' : 'a text';
}

const NO_NODES: ReadonlyMap<string | null, Node> = new Map();
/** No leading zero, `0x` or `1_000`: YAML 1.1 and 1.2 read those as different numbers. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*)?$/;

function nodesOf(map: MapNode): ReadonlyMap<string | null, Node> {
  const nodes = new Map<string | null, Node>();
  for (const { key, value } of map.entries) nodes.set(key, resolved(value));
  for (const [key, value] of map.inherited) nodes.set(key, resolved(value));
  return nodes;
}
