import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';

/** What a checkout of the plugin wants: see scripts/lib/versions.sh. */
export interface PluginVersions {
  readonly wanted: string;
  readonly oldest: string;
}

/** Null when the folder holds no package.json of ours. */
export function readPluginVersions(folder: string): PluginVersions | null {
  try {
    const { version, oldestBinary } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof version === 'string' && typeof oldestBinary === 'string'
      ? { wanted: version, oldest: oldestBinary }
      : null;
  } catch (error) {
    if (errnoOf(error) !== null || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Is the first version before the second? Both `major.minor.patch`. */
export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  const [own, other] = [numbers(version), numbers(than)];
  const at = own.findIndex((part, index) => part !== other[index]);
  return at >= 0 && (own[at] ?? 0) < (other[at] ?? 0);
}
