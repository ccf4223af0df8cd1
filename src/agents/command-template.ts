import { commandsOf } from './shell-words.ts';

/** A template's words, split like a shell command line; nothing in it is expanded or run. */
export const templateWords = (template: string): readonly string[] => commandsOf(template)[0] ?? [];

/** With the id in its place. It is one word, or a part of one, whatever is in it. */
export const withId = (words: readonly string[], id: string): readonly string[] =>
  words.map((word) => word.replaceAll('{id}', () => id));

/** Without the words that name an id, and the option in front of a bare `{id}`. */
export const withoutId = (words: readonly string[]): readonly string[] =>
  words.filter((word, at) => !word.includes('{id}') && !(word.startsWith('-') && words[at + 1] === '{id}'));
