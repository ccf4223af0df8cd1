import { isUtf8 } from 'node:buffer';
import { unreadableRegistry } from './unreadable.ts';

/** Bytes → text, a byte order mark kept. Throws `registry-unreadable` for what is not UTF-8 and for NUL. */
export function checkedText(path: string, bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) throw unreadableRegistry({ path, text }, firstDifference(bytes, text), 'not UTF-8');
  const nul = text.indexOf('\0');
  if (nul >= 0) throw unreadableRegistry({ path, text }, nul, 'a NUL byte');
  return text;
}

/** Decoding puts U+FFFD where bytes are wrong, so encoding again differs there first. */
function firstDifference(bytes: Buffer, text: string): number {
  const again = Buffer.from(text, 'utf8');
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  return again.subarray(0, at).toString('utf8').length;
}
