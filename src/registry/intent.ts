import type { Edit, Value } from './types.ts';
import { isMap } from './write-value.ts';

/** What is to become of one key: a new value, nothing, or changes inside the map that it holds. */
export type Intent =
  | { readonly kind: 'set'; readonly value: Value; readonly after: string | null }
  | { readonly kind: 'remove' }
  | { readonly kind: 'inside'; readonly intents: Intents };

export type Intents = Map<string, Intent>;

/** The edits of one row, folded in their order into one intent for each key. */
export function intentsOf(edits: readonly Exclude<Edit, { kind: 'append' }>[]): Intents {
  const intents: Intents = new Map();
  for (const edit of edits) {
    const last =
      edit.kind === 'remove' ? REMOVE : ({ kind: 'set', value: edit.value, after: edit.after ?? null } as const);
    fold(intents, edit.path, last);
  }
  return intents;
}

/** A new map value for a map that is there: every key that the new one does not name goes. */
export function replacing(keys: readonly (string | null)[], value: { readonly [key: string]: Value }): Intents {
  const intents: Intents = new Map();
  for (const key of keys) if (key !== null) intents.set(key, REMOVE);
  for (const [key, item] of Object.entries(value)) intents.set(key, { kind: 'set', value: item, after: null });
  return intents;
}

/** The map that intents make where none was; null when they make nothing. */
export function madeFrom(intents: Intents): { readonly [key: string]: Value } | null {
  const made: Record<string, Value> = {};
  for (const [key, intent] of intents) {
    const value = intent.kind === 'inside' ? madeFrom(intent.intents) : intent.kind === 'set' ? intent.value : null;
    if (intent.kind === 'set' || value !== null) made[key] = value;
  }
  return Object.keys(made).length > 0 ? made : null;
}

const REMOVE = { kind: 'remove' } as const;

function fold(intents: Intents, [key, ...rest]: readonly string[], last: Intent): void {
  if (key === undefined) throw new Error('an edit without a path');
  if (rest.length === 0) {
    intents.set(key, last);
    return;
  }
  const before = intents.get(key);
  const inside: Intents = before?.kind === 'inside' ? before.intents : new Map();
  if (before?.kind === 'set' && isMap(before.value)) {
    const whole: Intents = replacing([], before.value);
    fold(whole, rest, last);
    intents.set(key, { kind: 'set', value: madeFrom(whole) ?? {}, after: before.after });
    return;
  }
  fold(inside, rest, last);
  const made = before && before.kind !== 'inside' ? madeFrom(inside) : null;
  if (made) intents.set(key, { kind: 'set', value: made, after: null });
  else if (before === undefined) intents.set(key, { kind: 'inside', intents: inside });
}
