import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Context, type Quotes, writeNumber, writeText } from '../../src/registry/write-scalar.ts';
import { pyyamlData } from './python.ts';

describe('writeText', () => {
  test.each([
    ['running', 'running'],
    ['auto-detected (tmux gone)', 'auto-detected (tmux gone)'],
    ['(unknown — capture after first message)', '(unknown — capture after first message)'],
    ['tmux new-session -d -s "api" -x 140', 'tmux new-session -d -s "api" -x 140'],
    ['/home/u/api', '/home/u/api'],
    ['$3', '$3'],
    ['2026-06-19T14:27:29Z', "'2026-06-19T14:27:29Z'"],
    ['09', "'09'"],
    ['1e5', "'1e5'"],
    ['', "''"],
    ['~', "'~'"],
    ['=', "'='"],
    ['<<', "'<<'"],
    ['yes', "'yes'"],
    ['Null', "'Null'"],
    ["it's", "it's"],
    ["'", "''''"],
    ['a: b', "'a: b'"],
    ['a #b', "'a #b'"],
    ['a:', "'a:'"],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['- a', "'- a'"],
    ['a\nb', '"a\\nb"'],
    ['\u001b[31m', '"\\u001b[31m"'],
    ['a\u0085b', '"a\\u0085b"'],
    ['a\u2028b', '"a\\u2028b"'],
    ['\ufeffa', '"\\ufeffa"'],
    ['a\tb', '"a\\tb"'],
  ])('%j is written as %s', (text, written) => {
    expect(writeText(text, 'block')).toBe(written);
  });

  test('keeps the quotes that stood there before, where they can carry the text', () => {
    expect(writeText('a', 'block', 'single')).toBe("'a'");
    expect(writeText('a', 'block', 'double')).toBe('"a"');
    expect(writeText('a\n', 'block', 'single')).toBe('"a\\n"');
  });

  test('quotes more inside flow collections, and everything in JSON', () => {
    expect(writeText('a, b', 'flow')).toBe("'a, b'");
    expect(writeText('a?', 'flow')).toBe("'a?'");
    expect(writeText('a', 'json')).toBe('"a"');
  });

  test('refuses half a surrogate pair', () => {
    expect(() => writeText('\ud800', 'block')).toThrow(RangeError);
  });

  test('means the same text to yaml and to PyYAML', () => {
    const texts = fc.sample(anyText, { numRuns: 3000, seed: 7 });
    const documents = texts.flatMap((text) => SPELLINGS.map(([context, quotes]) => documentOf(text, context, quotes)));
    const expected = texts.flatMap((text) => SPELLINGS.map(() => text));
    expect(documents.map((document) => valueIn(parseYaml(document)))).toEqual(expected);
    expect(pyyamlData(documents).map(valueIn)).toEqual(expected.map((text) => `s:${text}`));
  });
});

const SPELLINGS: readonly (readonly [Context, Quotes])[] = [
  ['block', 'plain'],
  ['block', 'single'],
  ['block', 'double'],
  ['flow', 'plain'],
  ['json', 'plain'],
];

function documentOf(text: string, context: Context, quotes: Quotes): string {
  const written = writeText(text, context, quotes);
  return context === 'block' ? `k: ${written}\nz: 1\n` : `k: {a: 1, "k": ${written}, b: 2}\n`;
}

function valueIn(data: unknown): unknown {
  const outer = (data as { k: unknown } | null)?.k;
  return typeof outer === 'object' && outer !== null ? (outer as { k: unknown }).k : outer;
}

const TRICKY = [
  ...[
    'null',
    'Yes',
    'y',
    'n',
    'on',
    'OFF',
    'true',
    '~',
    '=',
    '<<',
    '-',
    '?',
    ':',
    '.',
    '..',
    '...',
    '---',
    '.5',
    '-.5',
  ],
  ...[
    '.inf',
    '.NaN',
    '1_000',
    '0b11',
    '0o14',
    '014',
    '09',
    '0x1f',
    '1e3',
    '1:30',
    '190:20:30',
    '2026-06-19',
    '+1',
    '1.',
  ],
  ...[
    'a:b',
    'a :b',
    'a: b',
    'a #b',
    'a#b',
    '#a',
    '&a',
    '*a',
    '!a',
    '!!str a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '[a',
    '{a',
    'a]',
  ],
  ...[
    'a,b',
    'a, b',
    "'a",
    '"a',
    'a?b',
    '? a',
    '- a',
    '-a',
    'a\\n',
    '\\',
    'http://x/y?z=1',
    'C:\\x',
    'a\u00a0',
    '\u00a0',
    'é',
    '名',
  ],
];
const anyText = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc
    .tuple(fc.constantFrom(...TRICKY), fc.constantFrom(' ', '', ':', ', '), fc.constantFrom(...TRICKY))
    .map((t) => t.join('')),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...' :#-,[]{}\'"&*!|>?%@`\\\n\t\r\u0085\u2028\ufeff\u0000\u007fab1.~=') }),
);

describe('writeNumber', () => {
  test.each([
    [0, '0'],
    [-7, '-7'],
    [1781879249, '1781879249'],
    [1.5, '1.5'],
  ])('%d is written as %s', (value, written) => {
    expect(writeNumber(value)).toBe(written);
  });

  test.each([1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => writeNumber(value)).toThrow(RangeError);
  });
});
