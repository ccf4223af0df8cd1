import { editMap } from './edit-map.ts';
import { contextOf, type Page } from './page.ts';
import type { Splice } from './splice.ts';
import type { Entry, ListNode, MapNode, Node } from './tree.ts';
import type { ListPlace, NewRow } from './types.ts';
import { type RowStyle, rowLines } from './write-row.ts';
import { writeValue } from './write-value.ts';

const PYYAML_STYLE: RowStyle = { indent: 0, blockMaps: false };

/** Puts rows behind the last one of a block list, in its style. `last`: the last row's own node. */
export function appendToList(page: Page, list: ListPlace, last: Node, rows: readonly NewRow[]): Splice {
  const pane = last.kind === 'map' ? last.entries.find(({ key }) => key === 'pane')?.value : undefined;
  const style = { indent: list.indent, blockMaps: pane?.kind === 'map' && !pane.flow };
  return linesAt(page, list.end, blockOf(rows, style));
}

/** Starts the list, or adds to one in flow style. `root`: the whole file's node, null for a file that holds nothing. */
export function appendToRoot(page: Page, root: Node | null, rows: readonly NewRow[]): readonly Splice[] {
  const lines = ['tmux_sessions:', ...blockOf(rows, PYYAML_STYLE)];
  if (root === null) return [linesAt(page, page.text.length, lines)];
  if (root.kind !== 'map') return [{ start: root.start, end: root.end, text: lines.join(page.lineBreak) }];
  const entry = root.entries.find(({ key }) => key === 'tmux_sessions');
  if (entry?.value.kind === 'list' && !isEmpty(page, entry.value)) return [appendToFlow(page, entry.value, rows)];
  if (root.flow && root.entries.length > 0) return editMap(page, root, new Map([['tmux_sessions', set(rows)]]));
  if (root.flow) return [{ start: root.start, end: root.end, text: lines.join(page.lineBreak) }];
  if (entry) return startList(page, root, entry, rows);
  const pad = ' '.repeat(root.indent);
  return [
    linesAt(
      page,
      root.entries.at(-1)?.end ?? root.end,
      lines.map((line) => pad + line),
    ),
  ];
}

const set = (rows: readonly NewRow[]) => ({ kind: 'set', value: rows, after: null }) as const;

const blockOf = (rows: readonly NewRow[], style: RowStyle): readonly string[] =>
  rows.flatMap((row) => rowLines(row, style));

/** Nothing but space between the brackets: a block list may take its place. */
const isEmpty = ({ text }: Page, { start, end }: ListNode): boolean => /^\[\s*\]$/.test(text.slice(start, end));

/** `tmux_sessions:`, `tmux_sessions: null` or `tmux_sessions: []`: the value goes, a comment behind it stays. */
function startList(page: Page, root: MapNode, entry: Entry, rows: readonly NewRow[]): readonly Splice[] {
  const lines = linesAt(page, entry.end, blockOf(rows, { ...PYYAML_STYLE, indent: root.indent }));
  const { start, end } = entry.value;
  return start === end ? [lines] : [{ start: entry.colon, end, text: '' }, lines];
}

function appendToFlow({ text }: Page, list: ListNode, rows: readonly NewRow[]): Splice {
  const [before, last] = [list.items.at(-2), list.items.at(-1)];
  const context = last?.value.kind === 'map' && contextOf(last.value) === 'json' ? 'json' : 'flow';
  const written = rows.map((row) => writeValue(row, context));
  if (!last) return { start: list.start + 1, end: list.start + 1, text: written.join(', ') };
  // A list with a line for each row goes on so.
  const gap = before ? text.slice(before.end, last.start) : `,${text.slice(list.start + 1, last.start)}`;
  const separator = /^,\s+$/.test(gap) ? gap : ', ';
  return { start: last.end, end: last.end, text: written.map((row) => separator + row).join('') };
}

/** Whole lines at the start of a line, or at the end of a file whose last line is not ended. */
function linesAt({ text, lineBreak }: Page, offset: number, lines: readonly string[]): Splice {
  const joined = lines.join(lineBreak);
  const isLineStart = offset === 0 || text[offset - 1] === '\n';
  return { start: offset, end: offset, text: isLineStart ? joined + lineBreak : lineBreak + joined };
}
