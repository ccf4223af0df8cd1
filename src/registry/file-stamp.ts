import type { BigIntStats } from 'node:fs';
import { EnvironmentError } from '../errors.ts';
import type { FileStamp } from './types.ts';

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  return { dev, ino, size, mtimeNs, ctimeNs };
}

export function sameStamp(one: FileStamp, other: FileStamp): boolean {
  return (
    one.ino === other.ino &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs &&
    one.dev === other.dev
  );
}

/** Editors take no lock. What they wrote since we read must not be lost. Throws `EnvironmentError` `registry-changed`. */
export function requireUnchanged(path: string, now: BigIntStats | undefined, expected: FileStamp | null): void {
  if (expected === null || (now && sameStamp(stampOf(now), expected))) return;
  throw new EnvironmentError('registry-changed', `${path} was changed by another program meanwhile: run again`);
}
