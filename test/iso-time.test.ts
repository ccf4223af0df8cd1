import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoMillis, isoTime } from '../src/iso-time.ts';

test('says what Date says', () => {
  const times = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(times, (ms) => isoMillis(ms) === new Date(ms).toISOString()),
    { numRuns: 2000 },
  );
});

test('every day of 400 years', () => {
  for (let day = 0; day < 146_097; day++) {
    const ms = Date.UTC(1970, 0, 1) + day * 86_400_000;
    if (isoMillis(ms) !== new Date(ms).toISOString()) expect(isoMillis(ms)).toBe(new Date(ms).toISOString());
  }
});

test('seconds, and parts of a millisecond', () => {
  expect(isoTime(1781879249)).toBe('2026-06-19T14:27:29Z');
  expect(isoMillis(1781879249123.75)).toBe('2026-06-19T14:27:29.123Z');
});
