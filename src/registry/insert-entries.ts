import { type Added, contextOf, endsInBlockScalar, lineStart, type Page } from './page.ts';
import type { Splice } from './splice.ts';
import type { Entry, MapNode } from './tree.ts';
import { writeText } from './write-scalar.ts';
import { writeValue } from './write-value.ts';

/** Puts new entries behind the sibling that they name, else behind the last entry that stays. */
export function insertions(
  page: Page,
  map: MapNode,
  removed: ReadonlySet<Entry>,
  added: readonly Added[],
): readonly Splice[] {
  const kept = map.entries.filter((entry) => !removed.has(entry));
  return added.map((entry, index) => {
    const sibling = kept.find(({ key }) => key === entry.after && key !== null) ?? kept.at(-1);
    return map.flow ? inFlow(map, sibling, entry, index) : inBlock(page, map, sibling, entry);
  });
}

function inFlow(map: MapNode, sibling: Entry | undefined, { key, value }: Added, index: number): Splice {
  const context = contextOf(map);
  const written = `${writeText(key, context)}: ${writeValue(value, context)}`;
  if (sibling) return { start: sibling.end, end: sibling.end, text: `, ${written}` };
  // Nothing stays: behind the brace, or where the removed entries begin.
  const at = map.entries[0]?.start ?? map.end - 1;
  return { start: at, end: at, text: index > 0 ? `, ${written}` : written };
}

function inBlock({ text, lineBreak }: Page, map: MapNode, sibling: Entry | undefined, { key, value }: Added): Splice {
  const line = `${' '.repeat(map.indent)}${writeText(key, 'block')}: ${writeValue(value, 'block')}`;
  const before = (entry: Entry | undefined) => lineStart(text, entry?.start ?? map.start);
  if (!sibling) return at(before(map.entries[0]), line + lineBreak);
  if (text[sibling.end - 1] === '\n') return at(sibling.end, line + lineBreak);
  // The last line of the file has no line break. A block scalar there would gain one: the new key goes above it.
  if (endsInBlockScalar(sibling.value)) return at(before(sibling), line + lineBreak);
  return at(sibling.end, lineBreak + line);
}

const at = (offset: number, text: string): Splice => ({ start: offset, end: offset, text });
