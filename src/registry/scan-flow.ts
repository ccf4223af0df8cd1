import { DOUBLE, KEY, PLAIN_IN_FLOW, SINGLE, unquoteDouble, unquoteSingle } from './scan-scalar.ts';
import type { Entry, Item, Node, ScalarNode } from './tree.ts';

const NOTHING_INHERITED: ReadonlyMap<string, Node> = new Map();

const VALUE = `(?:(${PLAIN_IN_FLOW})|(${SINGLE})|(${DOUBLE})|\\[\\]|\\{\\})`;
const ENTRY = new RegExp(`(${KEY}):( +)${VALUE} *(,|\\})`, 'y');
const ITEM = new RegExp(`${VALUE} *(,|\\])`, 'y');
const SPACES = / */y;

/** A flow collection of one level on one line: `{pid: 1, cmd: 'x'}`, `[a, b]`, `{}`. Null for any other. */
export function scanFlow(text: string, start: number): Node | null {
  return text[start] === '{' ? scanMap(text, start) : text[start] === '[' ? scanList(text, start) : null;
}

function scanMap(text: string, start: number): Node | null {
  const entries: Entry[] = [];
  const keys = new Set<string>();
  let at = skipSpaces(text, start + 1);
  while (text[at] !== '}' || entries.length > 0) {
    ENTRY.lastIndex = at;
    const match = ENTRY.exec(text);
    if (match === null) return null;
    const [, key = '', gap = '', plain, single, double, mark] = match;
    const colon = at + key.length + 1;
    const value = nodeOf(text, colon + gap.length, plain, single, double);
    entries.push({ key, start: at, colon, end: value.end, quoted: false, value });
    if (keys.size === keys.add(key).size) return null;
    at = ENTRY.lastIndex;
    if (mark === '}') break;
    at = skipSpaces(text, at);
  }
  const end = entries.length > 0 ? at : at + 1;
  return { kind: 'map', start, end, shared: false, flow: true, indent: -1, entries, inherited: NOTHING_INHERITED };
}

function scanList(text: string, start: number): Node | null {
  const items: Item[] = [];
  let at = skipSpaces(text, start + 1);
  while (text[at] !== ']' || items.length > 0) {
    ITEM.lastIndex = at;
    const match = ITEM.exec(text);
    if (match === null) return null;
    const [, plain, single, double, mark] = match;
    const value = nodeOf(text, at, plain, single, double);
    items.push({ start: at, end: value.end, value });
    at = ITEM.lastIndex;
    if (mark === ']') break;
    at = skipSpaces(text, at);
  }
  return { kind: 'list', start, end: items.length > 0 ? at : at + 1, shared: false, flow: true, indent: -1, items };
}

function skipSpaces(text: string, at: number): number {
  SPACES.lastIndex = at;
  SPACES.test(text);
  return SPACES.lastIndex;
}

function nodeOf(text: string, start: number, plain?: string, single?: string, double?: string): Node {
  if (plain !== undefined) return scalar(start, plain.length, plain, 'plain');
  if (single !== undefined) return scalar(start, single.length, unquoteSingle(single), 'single');
  if (double !== undefined) return scalar(start, double.length, unquoteDouble(double), 'double');
  const place = { start, end: start + 2, shared: false, flow: true, indent: -1 } as const;
  if (text[start] === '[') return { kind: 'list', ...place, items: [] };
  return { kind: 'map', ...place, entries: [], inherited: NOTHING_INHERITED };
}

function scalar(start: number, length: number, text: string, style: ScalarNode['style']): ScalarNode {
  return { kind: 'scalar', start, end: start + length, shared: false, text, style, tag: null };
}
