import { readSync } from 'node:fs';

/** Fills `bytes` with what stands at an offset; answers the part that is filled, which is less where the file ends. */
export function readAt(fd: number, bytes: Buffer, offset: number): Buffer {
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, offset + length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
