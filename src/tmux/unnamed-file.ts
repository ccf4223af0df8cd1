import { fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_BYTES } from '../process/spawn.ts';

/** Descriptors of so many new files in a folder, or of as many as there is room for; nobody else can open them, and nothing of them stays. */
export function unnamedFiles(count: number, folder: string): readonly number[] {
  const files: number[] = [];
  try {
    while (files.length < count) {
      const path = join(folder, `.tmux-drift.${process.pid}.${Math.random().toString(36).slice(2)}`);
      files.push(openSync(path, 'wx+', 0o600));
      unlinkSync(path);
    }
  } catch {
    // What there is will do.
  }
  return files;
}

/** What a file holds, 16 MiB at most, wherever its descriptor stands. */
export function contentOf(file: number): Buffer {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, MOST_BYTES));
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
}
