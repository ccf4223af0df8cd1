/**
 * Splits a POSIX shell command line into its simple commands, without running or expanding anything.
 * Enough of the grammar to find a program behind `cd x && exec claude`: quotes, escapes, operators, redirections, comments, reserved words.
 */
export function commandsOf(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let skipTarget = false;
  for (const { text, kind } of tokens(line.slice(0, LINE_CAP))) {
    if (kind === 'operator') commands.push([]);
    else if (kind === 'redirection') skipTarget = true;
    else if (skipTarget) skipTarget = false;
    else if (kind === 'quoted' || commands.at(-1)?.length || !RESERVED.has(text)) commands.at(-1)?.push(text);
  }
  return commands.filter((words) => words.length > 0);
}

const LINE_CAP = 65_536;

/** Words that may stand before a command. */
const RESERVED = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '!', '{', '}', 'fi', 'done']);

interface Token {
  readonly text: string;
  /** `quoted`: a word of which a part was quoted, so that it is never a reserved word. */
  readonly kind: 'word' | 'quoted' | 'operator' | 'redirection';
}

function* tokens(line: string): Generator<Token> {
  for (let at = 0; at < line.length; ) {
    const operator = OPERATOR.exec(line.slice(at, at + 3))?.[0];
    const redirection = REDIRECTION.exec(line.slice(at, at + 16))?.[0];
    if (redirection !== undefined) {
      yield { text: redirection, kind: 'redirection' };
      at += redirection.length;
    } else if (operator !== undefined) {
      yield { text: operator, kind: 'operator' };
      at += operator.length;
    } else if (/[ \t\r]/.test(line.charAt(at))) {
      at += 1;
    } else if (line.charAt(at) === '#') {
      const newline = line.indexOf('\n', at);
      at = newline === -1 ? line.length : newline;
    } else {
      const word = readWord(line, at);
      yield word;
      at = word.end;
    }
  }
}

const OPERATOR = /^(&&|\|\||;;|\|&|[;&|()\n])/;
const REDIRECTION = /^\d*(>>|>\||>&|<<-|<<<|<<|<&|<>|&>>|&>|>|<)/;

function readWord(line: string, start: number): Token & { readonly end: number } {
  let text = '';
  let quoted = false;
  let at = start;
  while (at < line.length && !/[\s;&|()<>]/.test(line.charAt(at))) {
    const part = readPart(line, at);
    text += part.text;
    quoted ||= part.quoted;
    at = part.end;
  }
  return { text, kind: quoted ? 'quoted' : 'word', end: at };
}

interface Part {
  readonly text: string;
  readonly quoted: boolean;
  readonly end: number;
}

function readPart(line: string, at: number): Part {
  const char = line.charAt(at);
  if (char === '\\') return { text: line.charAt(at + 1).replace('\n', ''), quoted: true, end: at + 2 };
  if (char === "'") return literal(line, at + 1, endOf(line, "'", at + 1));
  if (char === '"') return doubleQuoted(line, at + 1);
  if (char === '`') return opaque(line, at, endOf(line, '`', at + 1) + 1);
  if (line.startsWith('$(', at)) return opaque(line, at, closing(line, at + 2));
  return { text: char, quoted: false, end: at + 1 };
}

function endOf(line: string, mark: string, from: number): number {
  const end = line.indexOf(mark, from);
  return end === -1 ? line.length : end;
}

const literal = (line: string, from: number, end: number): Part => ({
  text: line.slice(from, end),
  quoted: true,
  end: end + 1,
});
const opaque = (line: string, from: number, end: number): Part => ({ text: line.slice(from, end), quoted: true, end });

/** In double quotes a backslash escapes only `$`, a backtick, `"`, itself and the end of a line. */
function doubleQuoted(line: string, start: number): Part {
  let text = '';
  let at = start;
  while (at < line.length && line.charAt(at) !== '"') {
    const escapes = line.charAt(at) === '\\' && /[$`"\\\n]/.test(line.charAt(at + 1));
    text += escapes ? line.charAt(at + 1).replace('\n', '') : line.charAt(at);
    at += escapes ? 2 : 1;
  }
  return { text, quoted: true, end: at + 1 };
}

/** The end of `$( … )`, nested ones included. */
function closing(line: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; at < line.length && depth > 0; at += 1) {
    if (line.charAt(at) === '(') depth += 1;
    if (line.charAt(at) === ')') depth -= 1;
  }
  return at;
}
