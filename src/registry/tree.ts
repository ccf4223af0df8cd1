/**
 * What both readers make of YAML text: nodes with their places. Offsets are UTF-16 indices into the text that was read,
 * end exclusive. Nothing is decoded beyond quoting, so that `09`, `1e5` and dates stay what was written.
 */
export type Node = ScalarNode | MapNode | ListNode | AliasNode;

interface Place {
  /** First character of the value, its anchor and tag included. */
  readonly start: number;
  /** Behind its last character; line break and inline comment are not part of it. */
  readonly end: number;
  /** An alias elsewhere points to this node (`&anchor`): editing it would change another place. */
  readonly shared: boolean;
}

export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  /** Unquoted and unfolded; '' for a value that is not there. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** Full name of an explicit tag: `tag:yaml.org,2002:str`. */
  readonly tag: string | null;
}

export interface MapNode extends Place {
  readonly kind: 'map';
  readonly flow: boolean;
  /** Column of the keys; -1 in flow style. */
  readonly indent: number;
  readonly entries: readonly Entry[];
  /** What merge keys (`<<`) bring in from elsewhere, as far as no key of the map's own overrides it. */
  readonly inherited: ReadonlyMap<string, Node>;
}

export interface ListNode extends Place {
  readonly kind: 'list';
  readonly flow: boolean;
  /** Column of the dashes; -1 in flow style. */
  readonly indent: number;
  readonly items: readonly Item[];
}

export interface AliasNode extends Place {
  readonly kind: 'alias';
  readonly target: Exclude<Node, AliasNode>;
}

export interface Entry {
  /** Null for a key that is no scalar. */
  readonly key: string | null;
  /** First character of the key, or of its `?`. */
  readonly start: number;
  /** Behind the colon; -1 where there is none (`{a, b}`). */
  readonly colon: number;
  /** Block style: start of the line behind the entry's last one. Flow style: behind the value. */
  readonly end: number;
  /** The key is written in double quotes, as in JSON. */
  readonly quoted: boolean;
  readonly value: Node;
}

export interface Item {
  /** Block style: the dash. Flow style: the value. */
  readonly start: number;
  /** Block style: start of the line behind the item's last one. Flow style: behind the value. */
  readonly end: number;
  readonly value: Node;
}

const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const NULL_TAG = 'tag:yaml.org,2002:null';

export function isNull(node: Node): boolean {
  if (node.kind !== 'scalar') return false;
  return node.tag === null ? node.style === 'plain' && isNullText(node.text) : node.tag === NULL_TAG;
}

/** Of a plain scalar. A set has to read all of a text that it was never asked for, and most are longer. */
export const isNullText = (text: string): boolean => text.length <= 4 && NULLS.has(text);

/** The node that an alias stands for; any other node itself. */
export const resolved = (node: Node): Exclude<Node, AliasNode> => (node.kind === 'alias' ? node.target : node);
