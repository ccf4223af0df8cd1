const LONGEST = 200;

/** Text from outside, fit to be shown: control characters escaped, cut at 200 characters. */
export function printable(text: string): string {
  const safe = escaped(text);
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST - 1)}…` : safe;
}

/** Nothing in it that a terminal obeys: control characters, line ends and directions of writing are shown by their codes. */
export const escaped = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
