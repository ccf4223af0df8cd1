import type { Document, ParsedNode } from 'yaml';
import { part } from '../parts.ts';
import type { AliasNode, Node } from './tree.ts';
import { type Source, unreadableRegistry } from './unreadable.ts';

/** Nodes that aliases may stand for, over a whole file. PyYAML has no bound at all; a registry has a few per row at most. */
const MOST_ALIASED_NODES = 1_000_000;

type Target = Exclude<Node, AliasNode>;

/** The anchors of one document, met in the order of the text: an alias means the last one of its name before it. */
export interface Anchors {
  isShared(anchor: string | undefined): boolean;
  /** Builds a node and notes it under its anchor. */
  define(anchor: string | undefined, build: () => Target): Target;
  /** Throws `registry-unreadable` for an alias to nothing, to its own collection, or one too many. */
  resolve(name: string, at: number): Target;
}

export function anchorsOf(source: Source, document: Document.Parsed<ParsedNode>): Anchors {
  const used = aliasNames(document);
  const known = new Map<string, { readonly node: Target; readonly size: number } | 'open'>();
  let size = 0;
  let aliased = 0;
  return {
    isShared: (anchor) => anchor !== undefined && used.has(anchor),
    define(anchor, build) {
      size++;
      if (anchor === undefined || !used.has(anchor)) return build();
      const before = size;
      known.set(anchor, 'open');
      const node = build();
      // An anchor inside that took the same name is the later one.
      if (known.get(anchor) === 'open') known.set(anchor, { node, size: size - before + 1 });
      return node;
    },
    resolve(name, at) {
      const target = known.get(name);
      if (target === undefined) throw unreadableRegistry(source, at, `Unresolved alias: ${name}`);
      if (target === 'open') throw unreadableRegistry(source, at, `Alias inside what it stands for: ${name}`);
      size += target.size;
      aliased += target.size;
      if (aliased > MOST_ALIASED_NODES) throw unreadableRegistry(source, at, 'Excessive aliases');
      return target.node;
    },
  };
}

function aliasNames(document: Document.Parsed<ParsedNode>): ReadonlySet<string> {
  const names = new Set<string>();
  part('yaml').visit(document, {
    Alias(_key, { source }) {
      names.add(source);
    },
  });
  return names;
}
