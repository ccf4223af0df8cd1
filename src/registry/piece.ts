/** Bytes, or where they come from when they are wanted. */
export type Piece = Uint8Array | { readonly length: number; readonly each: (use: (bytes: Uint8Array) => void) => void };

export function eachOf(piece: Piece, use: (bytes: Uint8Array) => void): void {
  if (piece instanceof Uint8Array) use(piece);
  else piece.each(use);
}

export const lengthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { length }) => sum + length, 0);
