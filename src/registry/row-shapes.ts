/**
 * Reads rows that look like rows before them, several times quicker than the block scanner does.
 *
 * A program that writes a registry writes the same keys in the same order again and again. So the shape of each row that
 * the block scanner understood (its keys and its punctuation, without the values) is learnt, and the next row is matched
 * against the shapes known: literally, but for the values, which must be plain or in single quotes on one line. A row
 * that fits is one that the block scanner would read the same way; a row that does not is left to it.
 */
import { blankSheet, isOwnIdKey, isSheetKey, type OwnIds, type RowSheet, type SheetKey } from './row-sheet.ts';
import { PLAIN, PLAIN_IN_FLOW, SINGLE_BITS } from './scan-scalar.ts';
import { type Item, isNullText, type Node, type ScalarNode } from './tree.ts';

export interface MatchedRow {
  readonly sheet: RowSheet;
  readonly ownIds: OwnIds;
  /** Start of the line behind the row. */
  readonly end: number;
  readonly lines: number;
}

/** A literal and the value behind it; the last step of a row is a literal alone. Rows that begin alike share steps. */
interface Step {
  readonly literal: string;
  /** Line breaks in the literal; values have none. */
  readonly lines: number;
  readonly value: RegExp | null;
  readonly key: SheetKey | null;
  readonly ownId: string | null;
  /** Longer literals first: one may begin like another. */
  readonly next: Step[];
}

const ON_LINE = new RegExp(`(?:${PLAIN}|'${SINGLE_BITS}*')`, 'y');
const IN_FLOW = new RegExp(`(?:${PLAIN_IN_FLOW}|'${SINGLE_BITS}*')`, 'y');
const NO_IDS: OwnIds = {};
/** Ever new shapes are not worth learning. */
const MOST_STEPS = 2000;
const MOST_CHOICES = 20;

export class RowShapes {
  readonly #first: Step[] = [];
  #steps = 0;

  /** The row whose dash is at `start`; null when it has none of the shapes known. */
  match(text: string, start: number): MatchedRow | null {
    const sheet = blankSheet();
    let ownIds = NO_IDS;
    let at = start;
    let lines = 0;
    let step = nextStep(this.#first, text, at);
    while (step !== null) {
      at += step.literal.length;
      lines += step.lines;
      const { value } = step;
      if (value === null) return { sheet, ownIds, end: at, lines };
      value.lastIndex = at;
      if (!value.test(text)) return null;
      const end = value.lastIndex;
      if (step.key !== null) sheet[step.key] = textOf(text, at, end);
      else if (step.ownId !== null) ownIds = withId(ownIds, step.ownId, textOf(text, at, end));
      at = end;
      step = nextStep(step.next, text, at);
    }
    return null;
  }

  /** Takes the shape of a row that could be read. */
  learn(text: string, { start, end, value: row }: Item): void {
    if (row.kind !== 'map' || row.flow || text[end - 1] !== '\n') return;
    let steps = this.#first;
    let at = start;
    for (const { node, key, value } of leavesOf(row, '')) {
      steps = this.#step(steps, text.slice(at, node.start), value, key);
      at = node.end;
    }
    this.#step(steps, text.slice(at, end), null, null);
  }

  #step(steps: Step[], literal: string, value: RegExp | null, key: string | null): Step[] {
    const known = steps.find((step) => step.literal === literal && step.value === value);
    if (known) return known.next;
    if (steps.length >= MOST_CHOICES || this.#steps++ > MOST_STEPS) return [];
    const ownId = key !== null && isOwnIdKey(key) ? key : null;
    const lines = literal.split('\n').length - 1;
    const step = { literal, lines, value, key: key !== null && isSheetKey(key) ? key : null, ownId, next: [] };
    steps.push(step);
    steps.sort((one, other) => other.literal.length - one.literal.length);
    return step.next;
  }
}

function nextStep(steps: readonly Step[], text: string, at: number): Step | null {
  for (const step of steps) if (text.startsWith(step.literal, at)) return step;
  return null;
}

interface Leaf {
  readonly node: ScalarNode;
  /** As sheets call it: `pane.pid`; null for what no sheet holds. */
  readonly key: string | null;
  readonly value: RegExp;
}

/** The scalars of a row that are there, in the order of the text. `prefix` null: inside what no sheet holds. */
function* leavesOf(node: Node, prefix: string | null): Generator<Leaf> {
  if (node.kind === 'list') {
    for (const { value } of node.items) yield* valueLeaves(value, null, node.flow, null);
  } else if (node.kind === 'map') {
    for (const { key, value } of node.entries) {
      const known = prefix === null || key === null || key.includes('.') ? null : prefix + key;
      yield* valueLeaves(value, known, node.flow, known === 'pane' || known === 'conversation' ? `${known}.` : null);
    }
  }
}

function* valueLeaves(node: Node, key: string | null, inFlow: boolean, prefix: string | null): Generator<Leaf> {
  if (node.kind !== 'scalar') yield* leavesOf(node, prefix);
  else if (node.start < node.end) yield { node, key, value: inFlow ? IN_FLOW : ON_LINE };
}

function textOf(text: string, start: number, end: number): string | null {
  if (text[start] === "'") return text.slice(start + 1, end - 1);
  const plain = text.slice(start, end);
  return isNullText(plain) ? null : plain;
}

const withId = (ids: OwnIds, key: string, id: string | null): OwnIds => (id ? { ...ids, [key]: id } : ids);
