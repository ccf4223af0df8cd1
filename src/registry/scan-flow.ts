import { DOUBLE, KEY, PLAIN_IN_FLOW, SINGLE, unquoteDouble, unquoteSingle } from './scan-scalar.ts';
import { type Match, sticky } from './sticky.ts';
import type { Entry, Item, Node, ScalarNode } from './tree.ts';

const NOTHING_INHERITED: ReadonlyMap<string, Node> = new Map();

const MOST_ENTRIES = 1000;

const VALUE = `(?:(${PLAIN_IN_FLOW})|(${SINGLE})|(${DOUBLE})|\\[\\]|\\{\\})`;
/** Key, gap, plain, single, double. */
const matchEntry: Match = sticky(`(${KEY}):( +)${VALUE} *(?:, *(?=[^ }])|(?=\\}))`);
/** Plain, single, double. */
const matchItem: Match = sticky(`${VALUE} *(?:, *(?=[^ \\]])|(?=\\]))`);

/** A flow collection of one level on one line: `{pid: 1, cmd: 'x'}`, `[a, b]`, `{}`. Null for any other. */
export function scanFlow(text: string, start: number): Node | null {
  if (text.startsWith('[]', start) || text.startsWith('{}', start)) return emptyAt(text, start);
  if (text[start] === '{') return scanMap(text, start);
  return text[start] === '[' ? scanList(text, start) : null;
}

function scanMap(text: string, start: number): Node | null {
  const entries: Entry[] = [];
  const keys = new Set<string>();
  let at = skipSpaces(text, start + 1);
  while (text[at] !== '}') {
    const match = matchEntry(text, at);
    if (match === null) return null;
    const [all, key = '', gap = '', ...scalars] = match;
    const colon = at + key.length + 1;
    const value = valueAt(text, colon + gap.length, ...scalars);
    entries.push({ key, start: at, colon, end: value.end, quoted: false, value });
    if (keys.size === keys.add(key).size || entries.length > MOST_ENTRIES) return null;
    at += all.length;
  }
  const end = at + 1;
  return { kind: 'map', start, end, shared: false, flow: true, indent: -1, entries, inherited: NOTHING_INHERITED };
}

function scanList(text: string, start: number): Node | null {
  const items: Item[] = [];
  let at = skipSpaces(text, start + 1);
  while (text[at] !== ']') {
    const match = matchItem(text, at);
    if (match === null) return null;
    const [all, ...scalars] = match;
    const value = valueAt(text, at, ...scalars);
    items.push({ start: at, end: value.end, value });
    if (items.length > MOST_ENTRIES) return null;
    at += all.length;
  }
  return { kind: 'list', start, end: at + 1, shared: false, flow: true, indent: -1, items };
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}

/** An empty collection when it is no scalar. */
function valueAt(text: string, start: number, plain?: string, single?: string, double?: string): Node {
  if (plain !== undefined) return scalar(start, plain.length, plain, 'plain');
  if (single !== undefined) return scalar(start, single.length, unquoteSingle(single), 'single');
  if (double !== undefined) return scalar(start, double.length, unquoteDouble(double), 'double');
  return emptyAt(text, start);
}

function emptyAt(text: string, start: number): Node {
  const place = { start, end: start + 2, shared: false, flow: true, indent: -1 } as const;
  if (text[start] === '[') return { kind: 'list', ...place, items: [] };
  return { kind: 'map', ...place, entries: [], inherited: NOTHING_INHERITED };
}

function scalar(start: number, length: number, text: string, style: ScalarNode['style']): ScalarNode {
  return { kind: 'scalar', start, end: start + length, shared: false, text, style, tag: null };
}
