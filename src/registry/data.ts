import { isInteger } from './plain.ts';
import { isNullText, type Node, type ScalarNode } from './tree.ts';
import type { Value } from './types.ts';
import { writeNumber } from './write-scalar.ts';
import { isList, isMap } from './write-value.ts';

/** What YAML means, apart from how it is written. A scalar is its type's letter and its text: `s:09`, `p:null`, `p:42`. */
export type Data = string | readonly Data[] | ReadonlyMap<string, Data>;

/** Aliases and merge keys are followed. */
export function dataOfNode(node: Node): Data {
  if (node.kind === 'alias') return dataOfNode(node.target);
  if (node.kind === 'scalar') return dataOfScalar(node);
  if (node.kind === 'list') return node.items.map(({ value }) => dataOfNode(value));
  const own = node.entries.map(({ key, value }, index) => [key ?? `\0${index}`, dataOfNode(value)] as const);
  return new Map([...[...node.inherited].map(([key, value]) => [key, dataOfNode(value)] as const), ...own]);
}

export function dataOfValue(value: Value): Data {
  if (typeof value === 'string') return `s:${value}`;
  if (typeof value === 'number') return `p:${writeNumber(value)}`;
  if (value === null || typeof value === 'boolean') return `p:${value}`;
  if (isList(value)) return value.map(dataOfValue);
  return isMap(value) ? new Map(Object.entries(value).map(([key, item]) => [key, dataOfValue(item)])) : '';
}

export function sameData(one: Data, other: Data): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  if (one instanceof Map && other instanceof Map) {
    return one.size === other.size && [...one].every(([key, item]) => isSameItem(item, other.get(key)));
  }
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((item, index) => isSameItem(item, other[index]));
}

const isSameItem = (one: Data, other: Data | undefined): boolean => other !== undefined && sameData(one, other);

/** `p:` plain and no text for YAML 1.2, `s:` text; the full name of an explicit tag. */
function dataOfScalar({ style, tag, text }: ScalarNode): string {
  if (tag !== null) return `${tag} ${text}`;
  return style === 'plain' && isNoText(text) ? `p:${text}` : `s:${text}`;
}

const WORDS = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);

function isNoText(text: string): boolean {
  if (isNullText(text) || WORDS.has(text)) return true;
  return '+-.0123456789'.includes(text.charAt(0)) && (isInteger(text) || NUMBER.test(text));
}

/** The core schema of YAML 1.2, https://yaml.org/spec/1.2.2/#1032-tag-resolution */
const NUMBER =
  /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
