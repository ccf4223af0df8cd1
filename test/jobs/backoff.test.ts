import { expect, test } from 'vitest';
import { backoffMs } from '../../src/jobs/mqtt/backoff.ts';

test('each failure waits twice as long, up to a minute', () => {
  expect([1, 2, 3, 6, 7, 8, 1000].map((failures) => backoffMs(failures, 1))).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test('half of it is up to chance, so that not all come back at once', () => {
  expect([0, 0.5, 1].map((chance) => backoffMs(3, chance))).toEqual([2000, 3000, 4000]);
  expect(new Set(Array.from({ length: 20 }, () => backoffMs(10))).size).toBeGreaterThan(1);
});
