import { readFileSync } from 'node:fs';
import type { ConfigFile } from './config-schema.ts';
import { errnoOf } from './errors.ts';
import { part } from './parts.ts';

/** `config.yaml`, checked; empty where there is none. Throws `UserError` `bad-config`: one that cannot be understood. */
export function readConfigFile(path: string): ConfigFile {
  const text = readIfThere(path);
  return text === null ? {} : part('rare').parseConfig(path, text);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
