/**
 * Spells a scalar so that it means the same to PyYAML (YAML 1.1) and to `yaml` (1.2); `facts/reliability.md` §e has the
 * table of what the two take differently. Plain only where no rule of either could see anything else in the text, single
 * quotes for what can be shown, double quotes for the rest.
 */

/** `flow`: inside `{…}` or `[…]`. `json`: the same in a file that is JSON, which stays JSON. */
export type Context = 'block' | 'flow' | 'json';
export type Quotes = 'plain' | 'single' | 'double';

/** Prefers the quotes given, if they can carry the text. Throws `RangeError` for a lone surrogate: UTF-8 has no such thing. */
export function writeText(text: string, context: Context, preferred: Quotes = 'plain'): string {
  if (!text.isWellFormed()) throw new RangeError('a text with half a surrogate pair cannot be written');
  if (context === 'json' || preferred === 'double' || UNSHOWABLE.test(text)) return doubleQuoted(text);
  if (preferred === 'single' || !isPlain(text, context)) return `'${text.replaceAll("'", "''")}'`;
  return text;
}

/** Throws `RangeError` for numbers that YAML 1.1 and 1.2 spell differently (exponents, infinities). */
export function writeNumber(value: number): string {
  const text = String(value);
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new RangeError(`the number ${text} cannot be written`);
  return text;
}

/** Control characters, what PyYAML takes for a line break, and what it refuses to read. */
const UNSHOWABLE = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(UNSHOWABLE_ALL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const UNSHOWABLE_ALL = new RegExp(UNSHOWABLE.source, 'g');

function isPlain(text: string, context: Context): boolean {
  const characters = context === 'block' ? PLAIN_IN_BLOCK : PLAIN_IN_FLOW;
  return characters.test(text) && !NOT_A_TEXT.test(text);
}

/** Starts like no number, date or indicator; no `: `, ` #` or space at an end. */
const PLAIN_IN_BLOCK = /^[\w/($\\^;\u00a1-\uffff](?:[^ :]|:(?=[^ ])| +(?=[^ #]))*$/;
const PLAIN_IN_FLOW = /^[\w/($\\^;\u00a1-\uffff](?:[^ :,[\]{}?]| +(?=[^ #]))*$/;

/** Numbers in any notation, dates, and the words of YAML 1.1 and 1.2. */
const NOT_A_TEXT = /^(?:\d.*|y|n|yes|no|on|off|true|false|null)$/is;
