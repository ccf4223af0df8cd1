import { type BigIntStats, readFileSync } from 'node:fs';

/** Does the file hold these pieces already? Reads it only when the size fits. */
export function isSameContent(path: string, { size }: BigIntStats, pieces: readonly Uint8Array[]): boolean {
  if (size !== BigInt(pieces.reduce((sum, { length }) => sum + length, 0))) return false;
  const bytes = readFileSync(path);
  let at = 0;
  return pieces.every((piece) => {
    const isSame = bytes.subarray(at, at + piece.length).equals(piece);
    at += piece.length;
    return isSame;
  });
}
