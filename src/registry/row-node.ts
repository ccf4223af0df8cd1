import { scanRow, scanTree } from './scan-tree.ts';
import type { ListNode, Node } from './tree.ts';
import type { Registry, RowPlace } from './types.ts';

/** The node of a row's place. Throws for a place that is no row of this registry. */
export function rowNode(registry: Registry, { start, end }: RowPlace): Node {
  const { text, tree, list, path } = registry;
  const isScanned = tree === null && list !== null;
  const inTree = () => rowList(tree)?.items.find((item) => item.start === start)?.value;
  const node = isScanned ? scanRow(text, start, end, list.indent) : inTree();
  if (!node) throw new Error(`no row at offset ${start} of ${path}`);
  return node;
}

/** The node of the whole file; null when it holds nothing. */
export const rootNode = ({ text, tree }: Registry): Node | null => tree ?? scanTree(text)?.root ?? null;

export function rowList(root: Node | null): ListNode | null {
  const value = root?.kind === 'map' ? root.entries.find(({ key }) => key === 'tmux_sessions')?.value : undefined;
  return value?.kind === 'list' ? value : null;
}
