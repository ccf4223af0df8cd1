import { expect, it } from 'vitest';
import { printable } from '../../src/render/printable.ts';

it.each<[string, string, string]>([
  ['leaves plain text as it is', 'api é 漢 ~', 'api é 漢 ~'],
  ['escapes what moves a terminal', 'a\x1b[31mb\x07', 'a\\x1b[31mb\\x07'],
  ['escapes line breaks and tabs', 'a\nb\tc\r', 'a\\nb\\tc\\x0d'],
  ['escapes marks that reorder text', 'a\u202eb', 'a\\u202eb'],
  ['cuts at 200 characters', 'x'.repeat(300), `${'x'.repeat(199)}…`],
])('%s', (_title, text, shown) => {
  expect(printable(text)).toBe(shown);
});
