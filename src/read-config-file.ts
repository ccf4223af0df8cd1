import type { ConfigFile } from './config-schema.ts';
import { part } from './parts.ts';
import { readIfThere } from './read-if-there.ts';

/** `config.yaml`, checked; empty where there is none. Throws `UserError` `bad-config`: one that cannot be understood. */
export function readConfigFile(path: string): ConfigFile {
  const text = readIfThere(path);
  return text === null ? {} : part('rare').parseConfig(path, text.toString('utf8'));
}
