/**
 * One word of a command line for people and POSIX shells: in double quotes where nothing inside them is special, else in
 * single quotes, which take everything literally. `!` counts as special: an interactive bash expands it in double quotes.
 */
export const inDoubleQuotes = (value: string): string =>
  /["$`\\!\u0000-\u001f\u007f]/.test(value) ? `'${value.replaceAll("'", "'\\''")}'` : `"${value}"`;

/** A command line of several words; those of plain characters stand bare. */
export const commandLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : inDoubleQuotes(word))).join(' ');
