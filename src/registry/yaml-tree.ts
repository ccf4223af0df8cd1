import type { CST, Document, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { part } from '../parts.ts';
import { inheritedBy } from './merge-keys.ts';
import type { AliasNode, Entry, Item, ListNode, MapNode, Node, ScalarNode } from './tree.ts';
import { type Source, unreadableRegistry } from './unreadable.ts';
import { type Anchors, anchorsOf } from './yaml-anchors.ts';
import { composeDocument } from './yaml-document.ts';

/**
 * Reads any YAML through the library. Null for a file without content.
 * Throws `registry-unreadable` also for what PyYAML and the library take differently or too lightly: duplicate keys
 * (PyYAML: last one wins), unresolved and recursive aliases, aliases that expand to too much.
 */
export function yamlTree(source: Source): Node | null {
  const document = composeDocument(source);
  if (document.contents === null || isAbsent(document)) return null;
  return new TreeBuilder(source, document).node(document.contents, document.contents.range[0]);
}

/** A document of nothing but comments gets an empty scalar as its content. */
function isAbsent({ contents }: Document.Parsed<ParsedNode>): boolean {
  return part('yaml').isScalar(contents) && contents.source === '' && contents.type === 'PLAIN' && !contents.tag;
}

class TreeBuilder {
  readonly #source: Source;
  readonly #yaml = part('yaml');
  readonly #anchors: Anchors;

  constructor(source: Source, document: Document.Parsed<ParsedNode>) {
    this.#source = source;
    this.#anchors = anchorsOf(source, document);
  }

  /** `start`: where the value begins with its anchor and tag. */
  node(node: ParsedNode, start: number): Node {
    if (this.#yaml.isAlias(node)) return this.#alias(node.source, node.range);
    const shared = this.#anchors.isShared(node.anchor);
    return this.#anchors.define(node.anchor, () => {
      if (this.#yaml.isMap(node)) return this.#map(node, start, shared);
      if (this.#yaml.isSeq(node)) return this.#list(node, start, shared);
      return this.#scalar(node, start, shared);
    });
  }

  #alias(name: string, [start, end]: readonly number[]): AliasNode {
    const target = this.#anchors.resolve(name, start ?? 0);
    return { kind: 'alias', start: start ?? 0, end: end ?? 0, shared: false, target };
  }

  #scalar(node: Scalar.Parsed, start: number, shared: boolean): ScalarNode {
    const { text } = this.#source;
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const end = style === 'block' ? start + text.slice(start, node.range[1]).trimEnd().length : node.range[1];
    return {
      kind: 'scalar',
      start,
      end: Math.max(start, end),
      shared,
      text: node.source,
      style,
      tag: node.tag ?? null,
    };
  }

  #map(node: YAMLMap.Parsed, start: number, shared: boolean): MapNode {
    const flow = node.srcToken?.type !== 'block-map';
    const seen = new Set<string>();
    const entries = node.items.map((pair) => this.#entry(pair, flow, seen));
    const merges = entries.filter((_, index) => this.#isMergeKey(node.items[index]?.key));
    return {
      kind: 'map',
      start,
      end: flow ? node.range[1] : this.#withoutBreak(entries.at(-1)?.end ?? start),
      shared,
      flow,
      indent: node.srcToken?.type === 'block-map' ? node.srcToken.indent : -1,
      entries,
      inherited: inheritedBy(entries, merges, (at) => unreadableRegistry(this.#source, at, '`<<` needs a map')),
    };
  }

  #entry(pair: Pair<ParsedNode, ParsedNode | null>, flow: boolean, seen: Set<string>): Entry {
    const { key, value } = pair;
    const item = pair.srcToken;
    const at = item?.start.find(isPropertyOrMark)?.offset ?? key.range[0];
    const isScalar = this.#yaml.isScalar(key);
    if (isScalar) {
      const identity = `${typeof key.value} ${key.value}`;
      if (seen.has(identity)) throw unreadableRegistry(this.#source, key.range[0], 'Map keys must be unique');
      seen.add(identity);
    }
    this.node(key, key.range[0]);
    const mark = item?.sep?.findIndex((token) => token.type === 'map-value-ind') ?? -1;
    const colon = mark < 0 ? -1 : (item?.sep?.[mark]?.offset ?? 0) + 1;
    const property = item?.sep?.slice(mark + 1).find(isPropertyOrMark)?.offset;
    const bare = Math.max(colon, key.range[1]);
    const absent = value === null || (this.#yaml.isScalar(value) && value.range[0] === value.range[1]);
    const start = property ?? (absent ? bare : value.range[0]);
    const node = value === null ? absentValue(start) : this.node(value, start);
    return {
      key: isScalar ? key.source : null,
      start: at,
      colon,
      end: flow ? Math.max(bare, node.end) : this.#lineBehind(node, value, bare),
      quoted: isScalar && key.type === 'QUOTE_DOUBLE',
      value: absent && property === undefined ? { ...node, start, end: start } : node,
    };
  }

  /** As PyYAML: an unquoted `<<`. */
  #isMergeKey(key: ParsedNode | undefined): boolean {
    return this.#yaml.isScalar(key) && key.source === '<<' && key.type === 'PLAIN' && !key.tag;
  }

  #list(node: YAMLSeq.Parsed, start: number, shared: boolean): ListNode {
    const token = node.srcToken;
    const flow = token?.type !== 'block-seq';
    const items = node.items.map((value, index) => this.#item(value as ParsedNode, flow, token?.items[index]));
    const end = flow ? node.range[1] : this.#withoutBreak(items.at(-1)?.end ?? start);
    return { kind: 'list', start, end, shared, flow, indent: token?.type === 'block-seq' ? token.indent : -1, items };
  }

  #item(value: ParsedNode, flow: boolean, token: CST.CollectionItem | undefined): Item {
    const dash = token?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
    const start = token?.start.find(isPropertyOrMark)?.offset ?? value.range[0];
    const node = this.node(value, flow ? value.range[0] : start);
    if (flow || dash === undefined) return { start: node.start, end: node.end, value: node };
    return { start: dash, end: this.#lineBehind(node, value, dash + 1), value: node };
  }

  /** Start of the line behind a block entry or item. `bare`: the end of its key or dash. */
  #lineBehind(node: Node, value: ParsedNode | null, bare: number): number {
    const { text } = this.#source;
    if (node.kind === 'map' && !node.flow) return node.entries.at(-1)?.end ?? bare;
    if (node.kind === 'list' && !node.flow) return node.items.at(-1)?.end ?? bare;
    const end = node.kind === 'scalar' && node.style === 'block' ? (value?.range[1] ?? bare) : Math.max(bare, node.end);
    if (text[end - 1] === '\n' && end > bare) return end;
    const lineBreak = text.indexOf('\n', end);
    return lineBreak < 0 ? text.length : lineBreak + 1;
  }

  #withoutBreak(lineStart: number): number {
    const { text } = this.#source;
    if (text[lineStart - 1] !== '\n') return lineStart;
    return text[lineStart - 2] === '\r' ? lineStart - 2 : lineStart - 1;
  }
}

const STYLES: Record<string, ScalarNode['style']> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

const isPropertyOrMark = ({ type }: CST.SourceToken): boolean =>
  type === 'anchor' || type === 'tag' || type === 'explicit-key-ind';

function absentValue(at: number): ScalarNode {
  return { kind: 'scalar', start: at, end: at, shared: false, text: '', style: 'plain', tag: null };
}
