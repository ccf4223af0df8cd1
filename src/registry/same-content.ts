import { type BigIntStats, readFileSync } from 'node:fs';
import { eachOf, lengthOf, type Piece } from './piece.ts';

/** Does the file hold these pieces already? Reads it only when the size fits. */
export function isSameContent(path: string, { size }: BigIntStats, pieces: readonly Piece[]): boolean {
  if (size !== BigInt(lengthOf(pieces))) return false;
  const bytes = readFileSync(path);
  let at = 0;
  let isSame = true;
  for (const piece of pieces) {
    eachOf(piece, (part) => {
      isSame &&= bytes.subarray(at, at + part.length).equals(part);
      at += part.length;
    });
  }
  return isSame;
}
