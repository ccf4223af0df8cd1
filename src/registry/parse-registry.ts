import { decodeRegistry } from './decode-registry.ts';
import type { Registry } from './types.ts';
import { yamlTree } from './yaml-tree.ts';

/** Throws `UserError` `registry-unreadable` for a file that cannot be read as a whole; single bad rows are `unreadable`. */
export function parseRegistry(path: string, text: string): Registry {
  const source = { path, text };
  const tree = yamlTree(source);
  return { path, text, ...decodeRegistry(source, tree), tree, stamp: null };
}
