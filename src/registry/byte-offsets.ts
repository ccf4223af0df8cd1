/** UTF-16 offsets into a text → byte offsets into its UTF-8; to be asked for in any order, cheapest in rising. */
export function byteOffsets(text: string, size: number): (offset: number) => number {
  if (text.length === size) return (offset) => offset;
  let knownOffset = 0;
  let knownBytes = 0;
  return (offset) => {
    const bytes =
      offset >= knownOffset
        ? knownBytes + Buffer.byteLength(text.slice(knownOffset, offset))
        : knownBytes - Buffer.byteLength(text.slice(offset, knownOffset));
    knownOffset = offset;
    knownBytes = bytes;
    return bytes;
  };
}
