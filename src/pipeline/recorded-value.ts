import { isNull, type Node, resolved } from '../registry/tree.ts';

/** What a row of the file says at this path, whatever the key; null stands for "not there". */
export function recordedValue(row: Node, path: readonly string[]): unknown {
  let node: Node | undefined = row;
  for (const key of path) {
    const map: Node = resolved(node);
    if (map.kind !== 'map') return null;
    node = map.entries.find((entry) => entry.key === key)?.value ?? map.inherited.get(key);
    if (node === undefined) return null;
  }
  return plainValue(node);
}

function plainValue(node: Node): unknown {
  const target = resolved(node);
  if (target.kind === 'list') return target.items.map(({ value }) => plainValue(value));
  if (target.kind === 'map')
    return Object.fromEntries(target.entries.map(({ key, value }) => [key ?? '?', plainValue(value)]));
  if (isNull(target)) return null;
  if (target.style !== 'plain') return target.text;
  if (target.text === 'true' || target.text === 'false') return target.text === 'true';
  return NUMBER.test(target.text) ? Number(target.text) : target.text;
}

/** Numbers that look the same in JSON. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,3})?$/;
