import type { Value } from './types.ts';
import { type Context, type Quotes, writeNumber, writeText } from './write-scalar.ts';

/** One line: `{index: 0, cmd: claude}`, `[]`, `'09'`. `quotes`: what to prefer for a text. Throws `RangeError` (`write-scalar.ts`). */
export function writeValue(value: Value, context: Context, quotes: Quotes = 'plain'): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writeText(value, context, quotes);
  const inside = context === 'json' ? 'json' : 'flow';
  if (isList(value)) return `[${value.map((item) => writeValue(item, inside)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${writeText(key, inside)}: ${writeValue(item, inside)}`)
    .join(', ')}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !isList(value);
