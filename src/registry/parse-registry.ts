import { decodeRegistry } from './decode-registry.ts';
import { scanRegistry } from './scan-registry.ts';
import type { Registry } from './types.ts';
import { yamlTree } from './yaml-tree.ts';

/**
 * Text → registry, by the scanner, and by `yaml` what that does not fully understand. Throws `UserError`
 * `registry-unreadable` for a file that cannot be read as a whole; single bad rows are `unreadable`.
 */
export function parseRegistry(path: string, text: string): Registry {
  const scanned = scanRegistry(text);
  return scanned ? { path, text, ...scanned, tree: null, stamp: null } : parseByLibrary(path, text);
}

export function parseByLibrary(path: string, text: string): Registry {
  const source = { path, text };
  const tree = yamlTree(source);
  return { path, text, ...decodeRegistry(source, tree), tree, stamp: null };
}
