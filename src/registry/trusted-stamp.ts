/**
 * When does an equal stamp prove equal bytes? A change in place leaves size and inode alone, and the times too if it
 * falls into the same tick of the file system's clock (git's "racy" index entries).
 */
import type { FileStamp } from './types.ts';

const MS = 1_000_000n;
const SECOND = 1000n * MS;

/** Clocks of file systems tick every 1 to 10 ms on Linux. */
const TICK = 20n * MS;
/** Some have whole seconds only, FAT two of them. */
const COARSE_TICK = 3n * SECOND;

/** The last change lies so far back that another one would have got another time. */
export function isSettled({ mtimeNs, ctimeNs }: FileStamp, nowMs = Date.now()): boolean {
  const last = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const tick = mtimeNs % SECOND === 0n && ctimeNs % SECOND === 0n ? COARSE_TICK : TICK;
  return BigInt(nowMs) * MS - last > tick;
}

/** `writeTempFile` set a time between two ticks, and the file system could hold it: any later change gets another. */
export const hasUniqueTime = ({ mtimeNs }: FileStamp): boolean => mtimeNs % MS !== 0n;
