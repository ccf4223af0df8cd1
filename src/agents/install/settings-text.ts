/** Our entries in an agent's JSON settings, as text edits: put in, looked for, taken out. Pure. */
import { UserError } from '../../errors.ts';
import type { Value } from '../../registry/types.ts';
import type { SettingsEntry } from '../types.ts';
import { apply, insertInto, removeChild, replaceValue, type Splice } from './json-splices.ts';
import { type JsonNode, jsonTree, memberOf } from './json-tree.ts';

/** A command that is ours, whatever path it was installed with. */
export type IsOurs = (command: string) => boolean;

export interface Edited {
  readonly text: string;
  readonly splices: readonly Splice[];
}

/** Puts every entry in that is not there yet, and gives one of ours with another command the new one. */
export function putEntries(text: string, entries: readonly SettingsEntry[], isOurs: IsOurs): Edited {
  return entries.reduce<Edited>((edited, entry) => followedBy(edited, putEntry(edited.text, entry, isOurs)), {
    text,
    splices: [],
  });
}

/** Takes out whatever is ours, and the containers that are empty without it. */
export function removeEntries(text: string, entries: readonly SettingsEntry[], isOurs: IsOurs): Edited {
  let edited: Edited = { text, splices: [] };
  for (let next = removal(edited.text, entries, isOurs); next !== null; next = removal(edited.text, entries, isOurs)) {
    edited = followedBy(edited, next);
  }
  return edited;
}

const followedBy = ({ text, splices }: Edited, splice: Splice | null): Edited =>
  splice === null ? { text, splices } : { text: apply(text, splice), splices: [...splices, splice] };

function putEntry(text: string, entry: SettingsEntry, isOurs: IsOurs): Splice | null {
  let node = jsonTree(text);
  for (const [depth, name] of entry.path.entries()) {
    if (node.kind !== 'object') throw unfit(entry.path.slice(0, depth), 'an object');
    const member = memberOf(node, name);
    if (member === null) return insertInto(text, node, name, nested(entry.path.slice(depth + 1), entry));
    node = member;
  }
  if (entry.place === 'member') return isSame(text, node, entry.value) ? null : replaceValue(text, node, entry.value);
  if (node.kind !== 'array') throw unfit(entry.path, 'a list');
  const [ours] = commandsIn(text, node).filter(({ command }) => isOurs(command));
  if (ours === undefined) return insertInto(text, node, null, entry.value);
  const [wanted] = commandsOf(entry.value);
  return wanted === undefined || ours.command === wanted ? null : replaceValue(text, ours.node, wanted);
}

/** The value with the containers around it that are missing. */
function nested(path: readonly string[], { place, value }: SettingsEntry): Value {
  const innermost: Value = place === 'append' ? [value] : value;
  return path.reduceRight<Value>((inner, name) => ({ [name]: inner }), innermost);
}

function removal(text: string, entries: readonly SettingsEntry[], isOurs: IsOurs): Splice | null {
  const root = jsonTree(text);
  for (const { place, path } of entries) {
    const parents = place === 'member' ? path.slice(0, -1) : path.slice(0, 1);
    const container = parents.reduce<JsonNode | null>((node, name) => node && memberOf(node, name), root);
    const name = path.at(-1);
    const found =
      container && (place === 'member' ? memberSplice(text, container, name) : prune(text, container, isOurs));
    if (found === 'all') return memberSplice(text, root, path[0]);
    if (found) return found;
  }
  return null;
}

function memberSplice(text: string, container: JsonNode, name: string | undefined): Splice | null {
  const index = container.children.findIndex((child) => child.name === name);
  return index === -1 ? null : removeChild(text, container, index);
}

/** The largest part below the node that holds nothing but one command of ours; `all`: that is the node itself. */
function prune(text: string, node: JsonNode, isOurs: IsOurs): Splice | 'all' | null {
  const own = memberOf(node, 'command');
  if (own && isOurs(textOf(text, own) ?? '')) return 'all';
  for (const [index, child] of node.children.entries()) {
    const found = prune(text, child.value, isOurs);
    if (found !== 'all') {
      if (found) return found;
      continue;
    }
    // A group of ours may have got a matcher: what stands beside the list of hooks goes with the last of them.
    return node.children.length === 1 || child.name === 'hooks' ? 'all' : removeChild(text, node, index);
  }
  return null;
}

interface Command {
  readonly command: string;
  readonly node: JsonNode;
}

function commandsIn(text: string, node: JsonNode): readonly Command[] {
  const own = memberOf(node, 'command');
  const command = own && textOf(text, own);
  return [
    ...(own && command !== null ? [{ command, node: own }] : []),
    ...node.children.flatMap(({ value }) => commandsIn(text, value)),
  ];
}

const commandsOf = (value: Value): readonly string[] => {
  const text = JSON.stringify(value);
  return commandsIn(text, jsonTree(text)).map(({ command }) => command);
};

/** Every command of ours in the whole text. */
export const commandsOfOurs = (text: string, isOurs: IsOurs): readonly string[] =>
  commandsIn(text, jsonTree(text))
    .map(({ command }) => command)
    .filter(isOurs);

function textOf(text: string, { start, end }: JsonNode): string | null {
  const value: unknown = JSON.parse(text.slice(start, end));
  return typeof value === 'string' ? value : null;
}

const isSame = (text: string, { start, end }: JsonNode, value: Value): boolean =>
  JSON.stringify(JSON.parse(text.slice(start, end))) === JSON.stringify(value);

const unfit = (path: readonly string[], expected: string): UserError =>
  new UserError('settings-unfit', `${path.join('.') || 'the file'} is not ${expected}`);
