import { expect, test } from 'vitest';
import { hasUniqueTime, isSettled } from '../../src/registry/trusted-stamp.ts';
import type { FileStamp } from '../../src/registry/types.ts';

const NOW = 1_781_879_249_500;
const at = (mtimeMs: number, ctimeMs = mtimeMs): FileStamp => ({
  dev: 1n,
  ino: 2n,
  size: 3n,
  mtimeNs: BigInt(Math.round(mtimeMs * 1e3)) * 1000n,
  ctimeNs: BigInt(Math.round(ctimeMs * 1e3)) * 1000n,
});

test.each([
  ['changed 30 ms ago', at(NOW - 30), true],
  ['changed 10 ms ago: another change could get the same time', at(NOW - 10), false],
  ['with an old mtime set 10 ms ago', at(NOW - 9e9, NOW - 10), false],
  ['with a time to come', at(NOW + 9e9, NOW - 30), false],
  ['changed 1.5 s ago, on a file system of whole seconds', at(NOW - 1500), false],
  ['changed 4.5 s ago, on a file system of whole seconds', at(NOW - 4500), true],
])('a file %s is settled or not', (_title, stamp, settled) => {
  expect(isSettled(stamp, NOW)).toBe(settled);
});

test('a time between ticks is unique only where the file system kept its fraction', () => {
  expect(hasUniqueTime(at(NOW - 0.123))).toBe(true);
  expect(hasUniqueTime(at(NOW))).toBe(false);
});
