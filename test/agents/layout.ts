import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Place } from './stand-in.ts';

/** Writes files below the temporary HOME: values that are no strings as JSON, arrays as JSON lines. */
export function layOut(place: Place, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(place.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, textOf(content));
  }
}

/** Makes a file look as if it was last written then (epoch seconds). */
export const touch = (place: Place, path: string, epoch: number): void =>
  utimesSync(join(place.home, path), epoch, epoch);

function textOf(content: unknown): string | Buffer {
  if (typeof content === 'string' || Buffer.isBuffer(content)) return content;
  return Array.isArray(content) ? content.map((line) => `${JSON.stringify(line)}\n`).join('') : JSON.stringify(content);
}

export const ID = '7d0c5a3e-1f7b-4c55-9d58-0a1b2c3d4e5f';
export const OTHER = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
export const THIRD = '01234567-89ab-4def-8123-456789abcdef';
