import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLine, inDoubleQuotes } from '../../src/render/shell-quote.ts';

describe('a word of a command line', () => {
  test.each([
    ['api-creator-claude', '"api-creator-claude"'],
    ['', '""'],
    ["it's ~ # * ; & | ok", '"it\'s ~ # * ; & | ok"'],
    ['$HOME', "'$HOME'"],
    ['`id`', "'`id`'"],
    ['a"b', "'a\"b'"],
    ['a\\b', "'a\\b'"],
    ['wow!', "'wow!'"],
    ["it's $5", "'it'\\''s $5'"],
    ['a\nb', "'a\nb'"],
  ])('%j is %s', (value, quoted) => {
    expect(inDoubleQuotes(value)).toBe(quoted);
  });

  test('reads as exactly the value in a POSIX shell', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aé $`"\'\\!\n\t~*?#;&|<>(){}[]=%^') });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const line = `printf '%s\\0' ${words.map(inDoubleQuotes).join(' ')}; printf '%s\\0' ${commandLine(words)}`;
        expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(
          [...words, ...words].map((text) => `${text}\0`).join(''),
        );
      }),
      { numRuns: 50 },
    );
  });
});
