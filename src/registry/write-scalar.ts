/**
 * Spells a scalar so that it means the same to PyYAML (YAML 1.1) and to `yaml` (1.2); `facts/reliability.md` §e has the
 * table of what the two take differently. Plain only where no rule of either could see anything else in the text, single
 * quotes for what can be shown, double quotes for the rest.
 */
import { FOREIGN, hasForeign, isPlain } from './plain.ts';

/** `flow`: inside `{…}` or `[…]`. `json`: the same in a file that is JSON, which stays JSON. */
export type Context = 'block' | 'flow' | 'json';
export type Quotes = 'plain' | 'single' | 'double';

/** Prefers the quotes given, if they can carry the text. Throws `RangeError` for a lone surrogate: UTF-8 has no such thing. */
export function writeText(text: string, context: Context, preferred: Quotes = 'plain'): string {
  if (!text.isWellFormed()) throw new RangeError('a text with half a surrogate pair cannot be written');
  if (context === 'json' || preferred === 'double' || hasForeign(text)) return doubleQuoted(text);
  if (preferred === 'single' || !isUnmistakable(text, context)) return `'${text.replaceAll("'", "''")}'`;
  return text;
}

/** Throws `RangeError` for numbers that YAML 1.1 and 1.2 spell differently (exponents, infinities). */
export function writeNumber(value: number): string {
  const text = String(value);
  if (!Number.isSafeInteger(value) && !/^-?\d+(?:\.\d+)?$/.test(text))
    throw new RangeError(`the number ${text} cannot be written`);
  return text;
}

function doubleQuoted(text: string): string {
  const json = JSON.stringify(text);
  if (!hasForeign(json)) return json;
  return json.replace(new RegExp(`[${FOREIGN}]`, 'g'), (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Not only plain, but like no number, date or word of any YAML; in flow style without what has a meaning there. */
function isUnmistakable(text: string, context: Context): boolean {
  if (!isPlain(text) || '0123456789.+~'.includes(text.charAt(0))) return false;
  if (text.length < 6 && WORDS.has(text.toLowerCase())) return false;
  return context === 'block' || ![...',[]{}?:'].some((mark) => text.includes(mark));
}

/** The words that YAML 1.1 or 1.2 takes for null or a truth value, in whatever case. */
const WORDS: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);
