import { scanFlow } from './scan-flow.ts';
import {
  BLANKS,
  COMMENT_TEXT,
  DOUBLE,
  KEY,
  PLAIN,
  PLAIN_LINE,
  SINGLE,
  SINGLE_FOLDED,
  TAIL,
  unquoteDouble,
  unquoteSingle,
} from './scan-scalar.ts';
import type { Entry, Item, ListNode, MapNode, Node, ScalarNode } from './tree.ts';

/** What the scanner throws where it does not fully understand the text. */
export class Unsure extends Error {}

const DEEPEST = 20;
const NOTHING_INHERITED: ReadonlyMap<string, Node> = new Map();

const ENTRY = new RegExp(`(${KEY}):(?:( +)(?:(${PLAIN})|(${SINGLE})|(${DOUBLE})))?${TAIL}`, 'y');
const OTHER_ENTRY = new RegExp(`(${KEY}):( +)(?:(?=[[{])|(${SINGLE_FOLDED})${TAIL})`, 'y');
const ITEM = new RegExp(`(?:(${PLAIN})|(${SINGLE})|(${DOUBLE}))${TAIL}`, 'y');
const CONTINUATION = new RegExp(`(${PLAIN_LINE})${TAIL}`, 'y');
const DASH = /- +/y;
const REST = new RegExp(TAIL, 'y');
/** Empty lines, lines of comments, and the indentation of the next line with anything else. */
const LAST_COMMENT = new RegExp(`${COMMENT_TEXT}$`, 'y');
const GAP = new RegExp(`${BLANKS}( *)(#)?`, 'y');

/** Reads `[start, end)` of a text, which begins at the start of a line. */
export class BlockScanner {
  protected readonly text: string;
  readonly #end: number;
  /** Where the next content begins. */
  protected at: number;
  /** Its column; -1 at the end. */
  protected column = 0;
  /** Start of the line behind the last one with content. */
  protected lineEnd: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.#end = end;
    this.at = start;
    this.lineEnd = start;
    this.toContent();
  }

  isAtEnd(): boolean {
    return this.column < 0;
  }

  root(): Node {
    if (this.column !== 0 || this.isDash()) throw new Unsure();
    return this.#whole(this.map(0, 0));
  }

  row(column: number): Node {
    this.column = column;
    const { items } = this.list(column, 0, null);
    const [item] = items;
    if (item === undefined || items.length > 1 || this.lineEnd !== this.#end) throw new Unsure();
    return this.#whole(item.value);
  }

  #whole(node: Node): Node {
    if (this.column >= 0) throw new Unsure();
    return node;
  }

  /** At the first key, whose line may begin with the dash of an item. */
  protected map(indent: number, depth: number): MapNode {
    if (depth > DEEPEST) throw new Unsure();
    const start = this.at;
    const entries: Entry[] = [];
    const keys = new Set<string | null>();
    do {
      const entry = this.#entry(indent, depth);
      entries.push(entry);
      keys.add(entry.key);
    } while (this.column === indent && !this.isDash());
    if (keys.size < entries.length || this.column > indent) throw new Unsure();
    const end = this.#withoutBreak(this.lineEnd);
    return { kind: 'map', start, end, shared: false, flow: false, indent, entries, inherited: NOTHING_INHERITED };
  }

  #entry(indent: number, depth: number): Entry {
    const start = this.at;
    ENTRY.lastIndex = start;
    const match = ENTRY.exec(this.text);
    if (match === null) return this.#otherEntry(start);
    const [, key = '', gap = '', plain, single, double, comment] = match;
    this.lineEnd = ENTRY.lastIndex;
    const colon = start + key.length + 1;
    const at = colon + gap.length;
    let value: Node;
    if (plain !== undefined) value = this.#plain(at, plain, comment !== undefined, indent);
    else {
      this.toContent();
      if (single !== undefined) value = scalar(at, single.length, unquoteSingle(single), 'single');
      else if (double !== undefined) value = scalar(at, double.length, unquoteDouble(double), 'double');
      else value = this.#below(key, indent, depth) ?? scalar(colon, 0, '', 'plain');
    }
    return { key, start, colon, end: this.lineEnd, quoted: false, value };
  }

  /** A flow collection, or a text in single quotes over several lines. */
  #otherEntry(start: number): Entry {
    OTHER_ENTRY.lastIndex = start;
    const match = OTHER_ENTRY.exec(this.text);
    if (match === null) throw new Unsure();
    const [, key = '', gap = '', single] = match;
    const colon = start + key.length + 1;
    const at = colon + gap.length;
    const value = single === undefined ? this.#flow(at) : this.#folded(at, single, start);
    this.toContent();
    return { key, start, colon, end: this.lineEnd, quoted: false, value };
  }

  #flow(at: number): Node {
    const node = scanFlow(this.text, at);
    if (node === null) throw new Unsure();
    REST.lastIndex = node.end;
    if (!REST.test(this.text)) throw new Unsure();
    this.lineEnd = REST.lastIndex;
    return node;
  }

  #folded(at: number, source: string, keyStart: number): ScalarNode {
    const indent = keyStart - (this.text.lastIndexOf('\n', keyStart - 1) + 1);
    // Lines must stand deeper than their key.
    for (const [, spaces = ''] of source.matchAll(/\n( +)/g)) if (spaces.length <= indent) throw new Unsure();
    this.lineEnd = OTHER_ENTRY.lastIndex;
    return scalar(at, source.length, unquoteSingle(source.replace(/ *\n +/g, ' ')), 'single');
  }

  /** Lines right below and deeper than the key go on with the text. */
  #plain(at: number, first: string, commented: boolean, indent: number): ScalarNode {
    let text = first;
    let end = at + first.length;
    let closed = commented;
    this.toContent();
    while (this.column > indent) {
      if (closed || this.at - this.column !== this.lineEnd) throw new Unsure();
      CONTINUATION.lastIndex = this.at;
      const match = CONTINUATION.exec(this.text);
      if (match === null) throw new Unsure();
      const [, line = '', comment] = match;
      text += ` ${line}`;
      end = this.at + line.length;
      closed = comment !== undefined;
      this.lineEnd = CONTINUATION.lastIndex;
      this.toContent();
    }
    return scalar(at, end - at, text, 'plain');
  }

  /** What stands in the lines below a key without a value; null when they are not its own. */
  #below(key: string, indent: number, depth: number): Node | null {
    if (this.column >= indent && this.isDash()) return this.list(this.column, depth + 1, depth === 0 ? key : null);
    return this.column > indent ? this.map(this.column, depth + 1) : null;
  }

  /** `key`: of the file's own map, whose value the list is. */
  protected list(indent: number, depth: number, _key: string | null): ListNode {
    if (depth > DEEPEST) throw new Unsure();
    const start = this.at;
    const items: Item[] = [];
    do items.push(this.item(indent, depth));
    while (this.column === indent && this.isDash());
    if (this.column > indent) throw new Unsure();
    const end = this.#withoutBreak(this.lineEnd);
    return { kind: 'list', start, end, shared: false, flow: false, indent, items };
  }

  protected item(indent: number, depth: number): Item {
    const start = this.at;
    DASH.lastIndex = start;
    if (!DASH.test(this.text)) throw new Unsure();
    this.at = DASH.lastIndex;
    ENTRY.lastIndex = this.at;
    OTHER_ENTRY.lastIndex = this.at;
    const isMap = ENTRY.test(this.text) || OTHER_ENTRY.test(this.text);
    const value = isMap ? this.map(indent + this.at - start, depth + 1) : this.#single(indent);
    return { start, end: this.lineEnd, value };
  }

  #single(indent: number): Node {
    const at = this.at;
    ITEM.lastIndex = at;
    const match = ITEM.exec(this.text);
    if (match === null) {
      const node = this.#flow(at);
      this.toContent();
      return node;
    }
    const [, plain, single, double, comment] = match;
    this.lineEnd = ITEM.lastIndex;
    if (plain !== undefined) return this.#plain(at, plain, comment !== undefined, indent);
    this.toContent();
    if (single !== undefined) return scalar(at, single.length, unquoteSingle(single), 'single');
    return scalar(at, (double ?? '').length, unquoteDouble(double ?? ''), 'double');
  }

  protected isDash(): boolean {
    return this.text.startsWith('- ', this.at);
  }

  protected toContent(): void {
    GAP.lastIndex = this.lineEnd;
    const [, spaces = '', comment] = GAP.exec(this.text) ?? [];
    this.at = GAP.lastIndex;
    if (comment) this.#lastComment();
    this.column = this.at >= this.#end ? -1 : spaces.length;
  }

  /** The comment that the file ends with has no line break. */
  #lastComment(): void {
    LAST_COMMENT.lastIndex = this.at;
    if (!LAST_COMMENT.test(this.text)) throw new Unsure();
    this.at = this.text.length;
  }

  #withoutBreak(lineEnd: number): number {
    return this.text[lineEnd - 1] === '\n' ? lineEnd - 1 : lineEnd;
  }
}

function scalar(start: number, length: number, text: string, style: ScalarNode['style']): ScalarNode {
  return { kind: 'scalar', start, end: start + length, shared: false, text, style, tag: null };
}
