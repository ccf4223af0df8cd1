import type { MapNode, Node } from './tree.ts';
import type { Value } from './types.ts';
import type { Context } from './write-scalar.ts';

/** A text to edit, and the line break that it uses. */
export interface Page {
  readonly text: string;
  readonly lineBreak: '\n' | '\r\n';
}

/** An entry to put into a map: behind its sibling `after`, or at the end. */
export interface Added {
  readonly key: string;
  readonly value: Value;
  readonly after: string | null;
}

/** The first line break decides. */
export function pageOf(text: string): Page {
  const first = text.indexOf('\n');
  return { text, lineBreak: first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n' };
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** JSON is contagious: where keys stand in double quotes, so does what we add. */
export function contextOf(map: MapNode): Context {
  if (!map.flow) return 'block';
  return map.entries.length > 0 && map.entries.every(({ quoted }) => quoted) ? 'json' : 'flow';
}

/** A block scalar on the last line of the file gains a line break, and with it another value, by lines below it. */
export function endsInBlockScalar(node: Node): boolean {
  if (node.kind === 'scalar') return node.style === 'block';
  if (node.kind === 'alias' || node.flow) return false;
  const last = node.kind === 'map' ? node.entries.at(-1) : node.items.at(-1);
  return last !== undefined && endsInBlockScalar(last.value);
}
