import { lineStart, type Page } from './page.ts';
import type { Splice } from './splice.ts';
import type { Entry, MapNode } from './tree.ts';

/** Takes entries out of a map with all their lines. A block map keeps at least one entry, or gets one (`editMap`). */
export function removals(page: Page, map: MapNode, removed: ReadonlySet<Entry>): readonly Splice[] {
  return map.flow ? runs(map, removed).map((run) => flowRun(page, map, run)) : blockLines(page, map, removed);
}

function blockLines({ text }: Page, { entries }: MapNode, removed: ReadonlySet<Entry>): readonly Splice[] {
  const lines = ({ start, end }: Entry) => ({ start: lineStart(text, start), end, text: '' });
  const [first] = entries;
  if (!first || !removed.has(first) || startsLine(text, first)) return [...removed].map(lines);
  // The first entry shares its line with the row's dash, which the next entry that stays has to move up to.
  const stays = entries.findIndex((entry) => !removed.has(entry));
  const gaps = entries.slice(0, Math.max(stays, 0)).map(({ end }, index) => text.slice(end, entries[index + 1]?.start));
  if (stays > 0 && gaps.every((gap) => gap.trim() === '')) {
    const rest = [...removed].filter((entry) => entries.indexOf(entry) > stays);
    return [{ start: first.start, end: entries[stays]?.start ?? first.end, text: '' }, ...rest.map(lines)];
  }
  // Something stands in between: the dash keeps a line for itself.
  const lineBreak = /\r?\n$/.exec(text.slice(first.start, first.end))?.[0] ?? '';
  const rest = [...removed].filter((entry) => entry !== first);
  return [{ start: first.start, end: first.end - lineBreak.length, text: '' }, ...rest.map(lines)];
}

function startsLine(text: string, { start }: Entry): boolean {
  return text.slice(lineStart(text, start), start).trim() === '';
}

/** Neighbouring removed entries, as index ranges, last included. */
function runs({ entries }: MapNode, removed: ReadonlySet<Entry>): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const [index, entry] of entries.entries()) {
    if (!removed.has(entry)) continue;
    const last = found.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}

function flowRun({ text }: Page, { entries }: MapNode, [from, to]: readonly [number, number]): Splice {
  const start = entries[from]?.start ?? 0;
  const end = entries[to]?.end ?? 0;
  const next = entries[to + 1];
  if (next) return { start, end: next.start, text: '' };
  const before = entries[from - 1];
  // A comment behind the comma before would be lost, or swallow the bracket: then the comma stays, which YAML allows.
  const cut = before && !text.slice(before.end, start).includes('#') ? before.end : start;
  return { start: cut, end, text: '' };
}
