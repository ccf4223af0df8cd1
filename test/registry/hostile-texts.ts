/** Files that nobody should have to read, about `size` characters each. Run as a script: `hostile-texts.ts NAME SIZE`. */
import { UserError } from '../../src/errors.ts';
import { parseRegistry } from '../../src/registry/parse-registry.ts';

const ROW = '- name: a\n  status: running\n  pane: {pid: 1}\n  start_command: tmux new-session -d -s "a" -x 140\n';
const LIST = 'tmux_sessions:\n';

const repeat = (unit: string, size: number): string => unit.repeat(size / unit.length);
const numbered = (unit: string, size: number): string =>
  Array.from({ length: size / unit.length }, (_, n) => unit.replace('N', String(n))).join('');

export const hostileTexts: Readonly<Record<string, (size: number) => string>> = {
  rows: (size) => LIST + repeat(ROW, size),
  'rows for yaml': (size) => `#\t\n${LIST}${repeat(ROW, size)}`,
  'rows with CRLF': (size) => (LIST + repeat(ROW, size)).replaceAll('\n', '\r\n'),
  'rows of ever new shapes': (size) => LIST + numbered('- name: a\n  kN: b\n', size),
  'one plain scalar': (size) => `a: ${repeat('x', size)}`,
  'one single-quoted scalar': (size) => `a: '${repeat('x', size)}'`,
  'one double-quoted scalar': (size) => `a: "${repeat('x', size)}"`,
  'one name of escapes': (size) => `${LIST}- name: "${repeat('\\n', size)}"\n`,
  'one name of line separators': (size) => `${LIST}- name: "${repeat('\u2028', size)}"\n`,
  'one name of colons': (size) => `${LIST}- name: ${repeat('a:b', size)}`,
  'one plain scalar of many lines': (size) => `a: b\n${repeat('  c d\n', size)}`,
  'one quoted scalar of many lines': (size) => `${LIST}- name: 'a\n${repeat('    c d\n', size)}`,
  'a quote that never ends': (size) => `a: "${repeat('x\n', size)}`,
  quotes: (size) => repeat('"', size),
  brackets: (size) => `a: ${repeat('[', size)}`,
  braces: (size) => `a: ${repeat('{', size)}`,
  'empty lists': (size) => `a: [${repeat('[],', size)}]`,
  'one flow map': (size) => `a: {${numbered('kN: 1, ', size)}}`,
  'one row of many keys': (size) => `${LIST}- name: a\n${numbered('  kN: b\n', size)}`,
  'the same key again and again': (size) => repeat('k: 1\n', size),
  dashes: (size) => repeat('- ', size),
  'lines of dashes': (size) => repeat('-\n', size),
  'maps in maps': () => Array.from({ length: 5000 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''),
  'colons and spaces': (size) => repeat(': ', size),
  'question marks': (size) => repeat('? ', size),
  newlines: (size) => repeat('\n', size),
  spaces: (size) => repeat(' ', size),
  tabs: (size) => repeat('\t', size),
  comments: (size) => repeat('# x\n', size),
  documents: (size) => repeat('---\n', size),
  directives: (size) => repeat('%a\n', size),
  aliases: (size) => `a: &a b\nc:\n${repeat('- *a\n', size)}`,
  anchors: (size) => repeat('- &a b\n', size),
  tags: (size) => repeat('- !!str b\n', size),
  'unknown tags': (size) => repeat('- !x b\n', size),
  'a block scalar': (size) => `a: |\n${repeat('  x\n', size)}`,
  'control characters': (size) => `a: ${repeat('\u0001', size)}`,
  NULs: (size) => `a: ${repeat('\0', size)}`,
  'an alias bomb': () =>
    Array.from({ length: 40 }, (_, n) => `l${n}: &l${n} [${Array(9).fill(n ? `*l${n - 1}` : 'x')}]\n`).join(''),
  'a merge bomb': (size) =>
    `a: &a {${Array.from({ length: 2000 }, (_, n) => `k${n}: 1`).join()}}\nb:\n${repeat('- <<: *a\n', size)}`,
};

/** `ok`, or the code of the refusal. */
export function outcomeOf(name: string, size: number): string {
  try {
    parseRegistry('/r.yaml', hostileTexts[name]?.(size) ?? '');
    return 'ok';
  } catch (error) {
    if (error instanceof UserError && error.message.length < 1000) return error.code;
    throw error;
  }
}

if (import.meta.main) console.log(outcomeOf(process.argv[2] ?? '', Number(process.argv[3])));
