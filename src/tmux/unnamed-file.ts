import { fstatSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_BYTES } from '../process/spawn.ts';
import { readAt } from '../read-at.ts';

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
export const contentOf = (file: number): Buffer =>
  readAt(file, Buffer.allocUnsafe(Math.min(fstatSync(file).size, MOST_BYTES)), 0);
