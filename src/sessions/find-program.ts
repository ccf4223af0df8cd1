import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Environment } from '../settings.ts';

/** Would this program start? A path as it is, a bare name by the PATH. Null: there is none; else where it is. */
export function findProgram(name: string, env: Environment): string | null {
  if (name.includes('/')) return isProgram(name) ? name : null;
  const folders = (env.PATH ?? '').split(':').filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (errnoOf(error) !== null) return false;
    throw error;
  }
}
