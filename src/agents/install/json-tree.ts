/**
 * Where everything stands in a JSON text: the text is valid (JSON.parse has said so), this only finds offsets. Why our own sixty lines:
 * `jsonc-parser`, which does this, comes apart in an esbuild bundle (its UMD build requires files at run time), and reads more than JSON.
 */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'scalar';
  /** UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly JsonChild[];
}

export interface JsonChild {
  /** Member name; null in an array. */
  readonly name: string | null;
  /** Where the member begins: its name, or the element itself. */
  readonly start: number;
  readonly value: JsonNode;
}

/** The root of a valid JSON text. */
export const jsonTree = (text: string): JsonNode => readValue(text, skipBlanks(text, 0));

/** The value of a member; null when the node is no object or has none of that name. The last one counts, as in JSON.parse. */
export const memberOf = (node: JsonNode, name: string): JsonNode | null =>
  node.kind === 'object' ? (node.children.findLast((child) => child.name === name)?.value ?? null) : null;

function readValue(text: string, start: number): JsonNode {
  const first = text.charAt(start);
  if (first === '{' || first === '[') return readContainer(text, start, first === '{' ? 'object' : 'array');
  const end = first === '"' ? stringEnd(text, start) : wordEnd(text, start);
  return { kind: 'scalar', start, end, children: [] };
}

function readContainer(text: string, start: number, kind: 'object' | 'array'): JsonNode {
  const children: JsonChild[] = [];
  let at = skipBlanks(text, start + 1);
  while (!/[\]}]/.test(text.charAt(at))) {
    const nameEnd = kind === 'object' ? stringEnd(text, at) : at;
    const value = readValue(text, kind === 'object' ? skipBlanks(text, skipBlanks(text, nameEnd) + 1) : at);
    children.push({ name: kind === 'object' ? String(JSON.parse(text.slice(at, nameEnd))) : null, start: at, value });
    at = skipBlanks(text, value.end);
    if (text.charAt(at) === ',') at = skipBlanks(text, at + 1);
  }
  return { kind, start, end: at + 1, children };
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at += 1;
  return at;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  return at;
}
