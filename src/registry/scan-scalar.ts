/**
 * The scalars that the scanner understands, as sources of regular expressions. Each is narrower than YAML: what is left
 * out may be fine, but then `yaml` reads the file.
 */
import { FOREIGN, hasForeign, INDICATORS } from './plain.ts';

/** A plain key that no YAML version takes for null or a truth value. */
export const KEY = '(?!(?:[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE):)[A-Za-z_][\\w.-]{0,99}';

/** PyYAML refuses files with these as values. */
const NOT_PYYAML = '(?!<<|=(?:[ \\n,\\]}]|$))';
const INDICATOR = INDICATORS.replace(']', '\\]');
/** No `: `, no ` #`, no space or colon at the end. */
const PLAIN_REST = `[^ :${FOREIGN}]*(?:(?::(?=[^ \\n])| +(?=[^ \\n#]))[^ :${FOREIGN}]*)*`;
export const PLAIN = `${NOT_PYYAML}(?:[^ ${FOREIGN}${INDICATOR}]|[-?:](?=[^ \\n,[\\]{}]))${PLAIN_REST}`;
/** A line of a plain scalar below its first; whatever it starts with is text. */
export const PLAIN_LINE = `(?:[^ #:${FOREIGN}]|:(?=[^ \\n]))${PLAIN_REST}`;
const FLOW_REST = `[^ :,[\\]{}?${FOREIGN}]*(?: +[^ #:,[\\]{}?${FOREIGN}]+)*`;
export const PLAIN_IN_FLOW = `(?:${NOT_PYYAML}[^ ${FOREIGN}${INDICATOR}]${FLOW_REST}|-\\d[\\w.]*)`;

export const SINGLE_BITS = `[^'${FOREIGN}]`;
export const SINGLE = `'(?:${SINGLE_BITS}|'')*'`;
/** A line break and its indentation stand for a space; an empty line would be a line break. */
export const SINGLE_FOLDED = `'(?:${SINGLE_BITS}|''|\\n +(?=[^ \\n]))*'`;
const ESCAPE =
  '\\\\(?:["\\\\/abefnrtv0 NLP_]|x[\\da-fA-F]{2}|u(?![dD][89a-fA-F])[\\da-fA-F]{4}|U00(?:0[1-9a-fA-F]|10)[\\da-fA-F]{4})';
export const DOUBLE = `"(?:[^"\\\\${FOREIGN}]|${ESCAPE})*"`;

/** Behind the `#`. */
export const COMMENT_TEXT = `[^${FOREIGN}]*`;
/** Captures the start of a comment, which a space sets apart. */
export const TAIL = `(?: *(?:\\n|$)|( +#)${COMMENT_TEXT}(?:\\n|$))`;
/** Empty lines and lines of comments. */
export const BLANKS = `(?: *(?:#${COMMENT_TEXT})?\\n)*`;

/** As `SINGLE`, without quotes inside. */
export function isSingleQuoted(value: string): boolean {
  return value.startsWith("'") && value.indexOf("'", 1) === value.length - 1 && !hasForeign(value);
}

export function unquoteSingle(source: string): string {
  const inner = source.slice(1, -1);
  return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
}

export function unquoteDouble(source: string): string {
  const inner = source.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\(?:x(..)|u(....)|U(.{8})|(.))/g, unescaped) : inner;
}

function unescaped(_match: string, two?: string, four?: string, eight?: string, letter = ''): string {
  const code = two ?? four ?? eight;
  return code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCodePoint(Number.parseInt(code, 16));
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ 0: '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b' },
  ...{ N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029' },
};
