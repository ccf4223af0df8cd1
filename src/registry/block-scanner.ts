import { isPlain } from './plain.ts';
import { scanFlow } from './scan-flow.ts';
import {
  matchContinuation,
  matchEntry,
  matchGap,
  matchItem,
  matchLastComment,
  matchLine,
  matchOtherEntry,
  matchTail,
} from './scan-patterns.ts';
import { isSingleQuoted, unquoteDouble, unquoteSingle } from './scan-scalar.ts';
import type { Entry, Item, ListNode, MapNode, Node, ScalarNode } from './tree.ts';

/** What the scanner throws where it does not fully understand the text. */
export class Unsure extends Error {}

const DEEPEST = 20;
/** Of one map or list inside a row; rows themselves are not kept. */
const MOST_ENTRIES = 10_000;
const NOTHING_INHERITED: ReadonlyMap<string, Node> = new Map();
const RESERVED: ReadonlySet<string> = new Set([
  'null',
  'Null',
  'NULL',
  'true',
  'True',
  'TRUE',
  'false',
  'False',
  'FALSE',
]);

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
      if (keys.size === keys.add(entry.key).size || entries.length > MOST_ENTRIES) throw new Unsure();
    } while (this.column === indent && !this.isDash());
    if (this.column > indent) throw new Unsure();
    const end = this.#withoutBreak(this.lineEnd);
    return { kind: 'map', start, end, shared: false, flow: false, indent, entries, inherited: NOTHING_INHERITED };
  }

  #entry(indent: number, depth: number): Entry {
    const start = this.at;
    const [all, key = '', value] = matchLine(this.text, start) ?? [];
    if (all === undefined || RESERVED.has(key)) return this.#otherEntry(start, indent, depth);
    this.lineEnd = start + all.length;
    if (value === undefined || isPlain(value)) return this.#withValue(start, key, 1, indent, depth, value);
    if (isSingleQuoted(value)) return this.#withValue(start, key, 1, indent, depth, undefined, value);
    if (value.startsWith('{') || value.startsWith('[')) return this.#flowEntry(start, key, 1);
    return this.#otherEntry(start, indent, depth);
  }

  /** An entry with more to it than a key and a short value. */
  #otherEntry(start: number, indent: number, depth: number): Entry {
    const entry = matchEntry(this.text, start);
    if (entry !== null) {
      const [all, key = '', gap = '', plain, single, double, comment] = entry;
      this.lineEnd = start + all.length;
      return this.#withValue(start, key, gap.length, indent, depth, plain, single, double, comment);
    }
    const [all, key = '', gap = '', folded] = matchOtherEntry(this.text, start) ?? giveUp();
    if (folded === undefined) return this.#flowEntry(start, key, gap.length);
    const colon = start + key.length + 1;
    this.lineEnd = start + all.length;
    this.toContent();
    const value = foldedSingle(colon + gap.length, folded, indent);
    return { key, start, colon, end: this.lineEnd, quoted: false, value };
  }

  #flowEntry(start: number, key: string, gap: number): Entry {
    const colon = start + key.length + 1;
    const value = this.#flow(colon + gap);
    return { key, start, colon, end: this.lineEnd, quoted: false, value };
  }

  #withValue(
    start: number,
    key: string,
    gap: number,
    indent: number,
    depth: number,
    ...scalars: readonly [plain?: string, single?: string, double?: string, comment?: string]
  ): Entry {
    const colon = start + key.length + 1;
    const value = this.#scalar(colon + gap, indent, ...scalars) ?? this.#below(key, colon, indent, depth);
    return { key, start, colon, end: this.lineEnd, quoted: false, value };
  }

  /** Null when the line has no value. */
  #scalar(
    at: number,
    indent: number,
    plain?: string,
    single?: string,
    double?: string,
    comment?: string,
  ): ScalarNode | null {
    if (plain !== undefined) return this.#plain(at, plain, comment !== undefined, indent);
    this.toContent();
    if (single !== undefined) return scalar(at, single.length, unquoteSingle(single), 'single');
    return double === undefined ? null : scalar(at, double.length, unquoteDouble(double), 'double');
  }

  /** Lines right below and deeper than the key go on with the text. */
  #plain(at: number, first: string, commented: boolean, indent: number): ScalarNode {
    let text = first;
    let end = at + first.length;
    let closed = commented;
    this.toContent();
    while (this.column > indent) {
      if (closed || this.at - this.column !== this.lineEnd) throw new Unsure();
      const [all, line = '', comment] = matchContinuation(this.text, this.at) ?? giveUp();
      text += ` ${line}`;
      end = this.at + line.length;
      closed = comment !== undefined;
      this.lineEnd = this.at + all.length;
      this.toContent();
    }
    return scalar(at, end - at, text, 'plain');
  }

  #flow(at: number): Node {
    const node = scanFlow(this.text, at) ?? giveUp();
    if (this.text[node.end] === '\n') this.lineEnd = node.end + 1;
    else {
      const [tail] = matchTail(this.text, node.end) ?? giveUp();
      this.lineEnd = node.end + tail.length;
    }
    this.toContent();
    return node;
  }

  /** What stands in the lines below a key without a value. */
  #below(key: string, colon: number, indent: number, depth: number): Node {
    if (this.column >= indent && this.isDash()) return this.list(this.column, depth + 1, depth === 0 ? key : null);
    return this.column > indent ? this.map(this.column, depth + 1) : scalar(colon, 0, '', 'plain');
  }

  /** `key`: of the file's own map, whose value the list is. */
  protected list(indent: number, depth: number, _key: string | null): ListNode {
    if (depth > DEEPEST) throw new Unsure();
    const start = this.at;
    const items: Item[] = [];
    do {
      items.push(this.item(indent, depth));
      if (items.length > MOST_ENTRIES) throw new Unsure();
    } while (this.column === indent && this.isDash());
    if (this.column > indent) throw new Unsure();
    const end = this.#withoutBreak(this.lineEnd);
    return { kind: 'list', start, end, shared: false, flow: false, indent, items };
  }

  protected item(indent: number, depth: number): Item {
    const start = this.at;
    if (!this.isDash()) throw new Unsure();
    do this.at++;
    while (this.text[this.at] === ' ');
    const isMap = [matchLine, matchEntry, matchOtherEntry].some((match) => match(this.text, this.at) !== null);
    const value = isMap ? this.map(indent + this.at - start, depth + 1) : this.#single(indent);
    return { start, end: this.lineEnd, value };
  }

  #single(indent: number): Node {
    const match = matchItem(this.text, this.at);
    if (match === null) return this.#flow(this.at);
    const [all, ...scalars] = match;
    this.lineEnd = this.at + all.length;
    return this.#scalar(this.at, indent, ...scalars) ?? giveUp();
  }

  protected isDash(): boolean {
    return this.text.startsWith('- ', this.at);
  }

  protected toContent(): void {
    let at = this.lineEnd;
    while (this.text[at] === ' ') at++;
    const next = this.text[at];
    if (next === '#' || next === '\n') this.#toContentBelow();
    else {
      this.at = at;
      this.column = at >= this.#end ? -1 : at - this.lineEnd;
    }
  }

  /** Behind empty lines and comments. */
  #toContentBelow(): void {
    const [all, spaces = '', comment] = matchGap(this.text, this.lineEnd) ?? giveUp();
    this.at = this.lineEnd + all.length;
    if (comment !== undefined) this.at = this.#behindLastComment(this.at - 1);
    this.column = this.at >= this.#end ? -1 : spaces.length;
  }

  #behindLastComment(start: number): number {
    const [comment] = matchLastComment(this.text, start) ?? giveUp();
    return start + comment.length;
  }

  #withoutBreak(lineEnd: number): number {
    return this.text[lineEnd - 1] === '\n' ? lineEnd - 1 : lineEnd;
  }
}

function giveUp(): never {
  throw new Unsure();
}

function scalar(start: number, length: number, text: string, style: ScalarNode['style']): ScalarNode {
  return { kind: 'scalar', start, end: start + length, shared: false, text, style, tag: null };
}

/** A text in single quotes, whose lines below the first stand deeper than their key. */
function foldedSingle(at: number, source: string, indent: number): ScalarNode {
  for (const [, spaces = ''] of source.matchAll(/\n( +)/g)) if (spaces.length <= indent) giveUp();
  return scalar(at, source.length, unquoteSingle(source.replace(/ *\n +/g, ' ')), 'single');
}
