/**
 * Splits `#{pane_start_command}` as tmux prints it: tmux's `args_escape`, words bare, in double or in single quotes, and in all three
 * what vis(3) escapes: `\n`, `\t`, `\033`, `\\`, `\"`, `\$`. A lone special character is a backslash and itself. (Seen with tmux 3.3a.)
 */
export function tmuxWords(text: string): readonly string[] {
  const words: string[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const { word, end } = readWord(text, at);
    words.push(word);
    at = end;
  }
  return words;
}

function readWord(text: string, start: number): { readonly word: string; readonly end: number } {
  let word = '';
  let quote = '';
  let at = start;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\') {
      const { decoded, end } = readEscape(text, at + 1);
      word += decoded;
      at = end;
      continue;
    }
    if (quote === '' && char === ' ') break;
    if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else word += char;
    at += 1;
  }
  return { word, end: at };
}

function readEscape(text: string, at: number): { readonly decoded: string; readonly end: number } {
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(at, at + 3))?.[0];
  if (octal !== undefined) return { decoded: String.fromCharCode(Number.parseInt(octal, 8)), end: at + 3 };
  const char = text.charAt(at);
  return { decoded: CONTROLS.get(char) ?? char, end: at + 1 };
}

const CONTROLS = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['a', '\x07'],
  ['v', '\v'],
  ['f', '\f'],
  ['s', ' '],
  ['0', '\0'],
  ['E', '\x1b'],
]);

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text.charAt(next) === ' ') next += 1;
  return next;
}
