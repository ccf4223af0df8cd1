/** Registries as people and tools write them: one row of values, many ways to spell it. */
import fc from 'fast-check';
import type { Value } from '../../src/registry/types.ts';
import { type Context, type Quotes, writeNumber, writeText } from '../../src/registry/write-scalar.ts';

export type Fields = Readonly<Record<string, Value>>;

/** How one file is written. Numbers in `noise` decide spelling by spelling, so that a shrunk example is a plain one. */
export interface Style {
  readonly layout: 'block' | 'indented' | 'flow rows' | 'flow list';
  readonly noise: readonly number[];
  readonly before: string;
  readonly behind: string;
  readonly crlf: boolean;
  readonly finalNewline: boolean;
}

export const styles: fc.Arbitrary<Style> = fc.record({
  layout: fc.constantFrom<Style['layout']>('block', 'block', 'indented', 'flow rows', 'flow list'),
  noise: fc.array(fc.nat(19), { minLength: 0, maxLength: 40 }),
  before: fc.constantFrom(
    '',
    '# mine: do not touch\n',
    '---\n',
    'defaults: &d {tool: x}\nversion: 3   # why\n',
    '\ufeff',
    '\n\n',
  ),
  behind: fc.constantFrom(
    '',
    '# the end\n',
    'agent_identities:\n  claude: {session_id: gone-1}\n  agy:\n    conversation_id: "gone-2"\n',
    'notes: |\n  tmux_sessions:\n  - name: not a row\n\n',
    '...\n',
  ),
  crlf: fc.constantFrom(false, false, false, true),
  finalNewline: fc.constantFrom(true, true, true, false),
});

/** The text of a registry with these rows. */
export function registryText(rows: readonly Fields[], style: Style): string {
  const pen = new Pen(style.noise);
  const list = style.layout === 'flow list' ? flowList(rows, pen) : blockList(rows, style, pen);
  const text = `${style.before}${list}${style.behind}`;
  const ended = style.finalNewline ? text : text.replace(/\n$/, '');
  return style.crlf ? ended.replaceAll('\n', '\r\n') : ended;
}

/** Takes one decision after the other; all are the plain one when the noise is used up. */
class Pen {
  #at = 0;
  readonly #noise: readonly number[];
  anchors = 0;

  constructor(noise: readonly number[]) {
    this.#noise = noise;
  }

  pick<T>(plain: T, ...odd: readonly T[]): T {
    return odd[(this.#noise[this.#at++] ?? 19) as number] ?? plain;
  }
}

function flowList(rows: readonly Fields[], pen: Pen): string {
  if (rows.length === 0) return pen.pick('tmux_sessions: []\n', 'tmux_sessions:\n', 'tmux_sessions: ~ # none\n');
  return `tmux_sessions: [\n${rows.map((row) => `  ${flowMap(row, pen)}`).join(',\n')}\n]\n`;
}

function blockList(rows: readonly Fields[], { layout }: Style, pen: Pen): string {
  if (rows.length === 0) return 'tmux_sessions: []\n';
  const indent = layout === 'indented' ? '  ' : '';
  const texts = rows.map((row) => {
    const gap = pen.pick('', '\n', `${indent}# a row\n`, `${indent}  # deeper\n`);
    return `${gap}${layout === 'flow rows' && pen.pick(true, false) ? `${indent}- ${flowMap(row, pen)}\n` : blockRow(row, indent, pen)}`;
  });
  return `tmux_sessions:${pen.pick('', '  # rows')}\n${texts.join('')}`;
}

function blockRow(row: Fields, indent: string, pen: Pen): string {
  const lines = Object.entries(row).flatMap(([key, value]) => {
    const over = pen.pick<readonly string[]>([], ['# about the next'], ['']);
    return [...over, ...entry(key, value, pen)];
  });
  // The dash stands before the first key, not before a comment.
  const first = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  return [...lines.slice(first), ...lines.slice(0, first)]
    .map((line, at) => (line === '' ? '\n' : `${indent}${at === 0 ? '- ' : '  '}${line}\n`))
    .join('');
}

function entry(key: string, value: Value, pen: Pen): readonly string[] {
  const name = pen.pick(key, `"${key}"`, `'${key}'`);
  const tail = pen.pick('', ' # why', '   #');
  if (isMap(value) && Object.keys(value).length > 0 && pen.pick(true, false)) {
    return [
      `${name}:${tail}`,
      ...Object.entries(value).flatMap(([inner, item]) => entry(inner, item, pen).map((line) => `  ${line}`)),
    ];
  }
  if (typeof value === 'string' && pen.pick(false, true) && /^[\w/-]+$/.test(value))
    return [`${name}: &a${pen.anchors++} ${value}${tail}`];
  const spelled = scalarOrFlow(value, 'block', pen);
  return [`${name}:${spelled === '' ? '' : `${pen.pick(' ', '   ')}${spelled}`}${tail}`];
}

const flowMap = (row: Readonly<Record<string, Value>>, pen: Pen): string =>
  `{${Object.entries(row)
    .map(([key, value]) => `${pen.pick(key, `"${key}"`)}: ${scalarOrFlow(value, 'flow', pen) || 'null'}`)
    .join(', ')}}`;

function scalarOrFlow(value: Value, context: Context, pen: Pen): string {
  if (typeof value === 'string') return writeText(value, context, pen.pick<Quotes>('plain', 'single', 'double'));
  if (typeof value === 'number') return pen.pick(writeNumber(value), `'${value}'`, `"${value}"`);
  if (value === null) return pen.pick('null', '~', 'Null', context === 'block' ? '' : 'null');
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => scalarOrFlow(item, 'flow', pen)).join(', ')}]`;
  return isMap(value) ? flowMap(value, pen) : '';
}

export const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
