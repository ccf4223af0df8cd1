import type { ListNode, Node } from './tree.ts';
import type { Registry, RowPlace } from './types.ts';

/** The node of a row's place. Throws for a place that is no row of this registry. */
export function rowNode(registry: Registry, { start }: RowPlace): Node {
  const node = rowList(rootNode(registry))?.items.find((item) => item.start === start)?.value;
  if (!node) throw new Error(`no row at offset ${start} of ${registry.path}`);
  return node;
}

/** The node of the whole file; null when it holds nothing. */
export function rootNode(registry: Registry): Node | null {
  return registry.tree;
}

export function rowList(root: Node | null): ListNode | null {
  const value = root?.kind === 'map' ? root.entries.find(({ key }) => key === 'tmux_sessions')?.value : undefined;
  return value?.kind === 'list' ? value : null;
}
