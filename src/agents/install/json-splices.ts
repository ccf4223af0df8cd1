/** Edits of a JSON text that touch nothing but their own place: each is undone exactly by `undo`. */
import type { Value } from '../../registry/types.ts';
import type { JsonNode } from './json-tree.ts';

/** `inserted` takes the place of `removed` at a UTF-16 offset of the text as it was before. */
export interface Splice {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
}

export const apply = (text: string, { at, removed, inserted }: Splice): string =>
  text.slice(0, at) + inserted + text.slice(at + removed.length);

export const undo = (text: string, { at, removed, inserted }: Splice): string =>
  apply(text, { at, removed: inserted, inserted: removed });

/** Adds a member (`name`) or an element (null) at the end of a container, in the file's own style. */
export function insertInto(text: string, container: JsonNode, name: string | null, value: Value): Splice {
  const style = styleOf(text);
  const [first] = container.children;
  const last = container.children.at(-1);
  if (first === undefined || last === undefined) return fillEmpty(text, container, name, value, style);
  const lead = text.slice(container.start + 1, first.start);
  if (!lead.includes('\n'))
    return { at: last.value.end, removed: '', inserted: `,${style.gap}${inOneLine(name, value, style)}` };
  const indent = lineIndent(text, first.start);
  return { at: last.value.end, removed: '', inserted: `,${style.eol}${indent}${inLines(name, value, indent, style)}` };
}

/** Puts another value in the place of one. */
export const replaceValue = (text: string, { start, end }: JsonNode, value: Value): Splice => ({
  at: start,
  removed: text.slice(start, end),
  inserted: inLines(null, value, lineIndent(text, start), styleOf(text)),
});

/** Takes a child out, with one comma and the blanks that came with it. */
export function removeChild(text: string, container: JsonNode, index: number): Splice {
  const child = container.children[index];
  const before = container.children[index - 1];
  const after = container.children[index + 1];
  const start = before ? before.value.end : after ? (child?.start ?? container.end - 1) : container.start + 1;
  const end = before ? (child?.value.end ?? start) : after ? after.start : container.end - 1;
  return { at: start, removed: text.slice(start, end), inserted: '' };
}

interface Style {
  readonly eol: string;
  readonly unit: string;
  /** Between members of one line: a blank, or nothing in a file without any. */
  readonly gap: string;
  /** The file has no lines: `{"a":1}`. */
  readonly oneLine: boolean;
}

function styleOf(text: string): Style {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const body = text.trim();
  const oneLine = !body.includes('\n') && !/^\{\s*\}$/.test(body);
  return { eol, unit: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ', gap: oneLine && !/[,:] /.test(body) ? '' : ' ', oneLine };
}

function fillEmpty(text: string, container: JsonNode, name: string | null, value: Value, style: Style): Splice {
  const removed = text.slice(container.start + 1, container.end - 1);
  const at = container.start + 1;
  if (style.oneLine) return { at, removed, inserted: inOneLine(name, value, style) };
  const outer = lineIndent(text, container.start);
  const indent = outer + style.unit;
  return { at, removed, inserted: `${style.eol}${indent}${inLines(name, value, indent, style)}${style.eol}${outer}` };
}

const inLines = (name: string | null, value: Value, indent: string, { eol, unit }: Style): string =>
  (name === null ? '' : `${JSON.stringify(name)}: `) + JSON.stringify(value, null, unit).replaceAll('\n', eol + indent);

const inOneLine = (name: string | null, value: Value, { gap }: Style): string =>
  (name === null ? '' : `${JSON.stringify(name)}:${gap}`) + JSON.stringify(value);

const lineIndent = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';
