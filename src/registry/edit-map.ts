import { insertions } from './insert-entries.ts';
import { type Intent, type Intents, madeFrom, replacing } from './intent.ts';
import { type Added, contextOf, type Page } from './page.ts';
import { removals } from './remove-entries.ts';
import type { Splice } from './splice.ts';
import type { Entry, MapNode } from './tree.ts';
import type { Value } from './types.ts';
import { isMap, writeValue } from './write-value.ts';

/** The splices that make a map what `intents` say, touching only the lines of the keys named. */
export function editMap(page: Page, map: MapNode, intents: Intents): readonly Splice[] {
  const splices: Splice[] = [];
  const removed = new Set<Entry>();
  for (const entry of map.entries) {
    const intent = entry.key === null ? undefined : intents.get(entry.key);
    if (intent?.kind === 'remove') removed.add(ownEntry(entry));
    else if (intent) splices.push(...changeEntry(page, map, entry, intent));
  }
  const added = missing(map, intents);
  // Of changes at one place, those inside an entry come before those behind it.
  return [...splices, ...removals(page, map, removed), ...insertions(page, map, removed, added)];
}

function changeEntry(
  page: Page,
  map: MapNode,
  entry: Entry,
  intent: Exclude<Intent, { kind: 'remove' }>,
): readonly Splice[] {
  const { value } = entry;
  if (intent.kind === 'set') {
    if (value.kind === 'map' && isMap(intent.value) && !value.shared && value.inherited.size === 0) {
      const keys = value.entries.map(({ key }) => key);
      return changeMap(page, map, entry, value, replacing(keys, intent.value));
    }
    return [setValue(page, map, ownEntry(entry), intent.value)];
  }
  if (value.kind === 'map' && !value.shared) return changeMap(page, map, entry, value, intent.intents);
  if (value.kind !== 'scalar' || value.shared) throw new Error(`cannot edit inside \`${entry.key}\``);
  const made = madeFrom(intent.intents);
  return made ? [setValue(page, map, entry, made)] : [];
}

function changeMap(page: Page, map: MapNode, entry: Entry, inner: MapNode, intents: Intents): readonly Splice[] {
  const keeps = inner.entries.some(({ key }) => key === null || intents.get(key)?.kind !== 'remove');
  const adds = missing(inner, intents).length > 0;
  // A block map cannot be empty.
  if (!inner.flow && !keeps && !adds) return [setValue(page, map, entry, {})];
  return editMap(page, inner, intents);
}

/** What has no entry yet. An inherited key cannot be removed, but overridden. */
function missing(map: MapNode, intents: Intents): readonly Added[] {
  const own = new Set(map.entries.map(({ key }) => key));
  return [...intents].flatMap(([key, intent]) => {
    if (own.has(key)) return [];
    if (intent.kind === 'remove') return map.inherited.has(key) ? [{ key, value: null, after: null }] : [];
    if (intent.kind === 'set') return [{ key, value: intent.value, after: intent.after }];
    if (map.inherited.has(key)) throw new Error(`cannot edit inside \`${key}\`, which another place gives`);
    const value = madeFrom(intent.intents);
    return value ? [{ key, value, after: null }] : [];
  });
}

/** Callers leave rows with shared parts alone (`shared-part.ts`); this is the last check. */
function ownEntry(entry: Entry): Entry {
  if (entry.value.shared) throw new Error(`\`${entry.key}\` is shared with another place of the file`);
  return entry;
}

function setValue({ text }: Page, map: MapNode, { colon, value }: Entry, to: Value): Splice {
  const quotes = value.kind === 'scalar' && value.style !== 'block' ? value.style : 'plain';
  const written = writeValue(to, contextOf(map), quotes);
  if (colon < 0) return { start: value.start, end: value.start, text: `: ${written}` };
  if (value.start === value.end) return { start: colon, end: colon, text: ` ${written}` };
  const isBlock = (value.kind === 'map' || value.kind === 'list') && !value.flow;
  if (!isBlock) return { start: value.start, end: value.end, text: written };
  // The lines below the key go; a comment on the key's own line stays.
  const keyLine = /^[^\S\n]*(?:[&!][^\s]+[^\S\n]+)*(#[^\r\n]*)?/.exec(text.slice(colon));
  return { start: colon, end: value.end, text: ` ${written}${keyLine?.[1] ? `  ${keyLine[1]}` : ''}` };
}
