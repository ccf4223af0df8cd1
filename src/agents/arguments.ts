/** One option as it stood: `words` is what to repeat to say the same again. */
export interface Option {
  readonly name: string;
  readonly value: string | null;
  readonly words: readonly string[];
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly positionals: readonly string[];
}

/** Which options take values, by the agent's own manual. Unlisted ones take none, except `--name=value`. */
export interface OptionTable {
  /** Exactly one word. */
  readonly valued: readonly string[];
  /** The next word, unless that is an option: `--resume [id]`. */
  readonly optional: readonly string[];
  /** Every word up to the next option: `--add-dir a b`. */
  readonly variadic: readonly string[];
}

/** A table's words, written as text. */
export const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Splits the words after the program into options and positionals; after `--` all are positionals. */
export function readArguments(args: readonly string[], table: OptionTable): Arguments {
  const options: Option[] = [];
  const positionals: string[] = [];
  for (let at = 0; at < args.length; ) {
    const word = args[at] ?? '';
    if (word === '--') return { options, positionals: [...positionals, ...args.slice(at + 1)] };
    if (!isOption(word)) {
      positionals.push(word);
      at += 1;
      continue;
    }
    const option = readOption(args, at, table);
    options.push(option);
    at += option.words.length;
  }
  return { options, positionals };
}

function readOption(args: readonly string[], at: number, table: OptionTable): Option {
  const word = args[at] ?? '';
  const equals = word.indexOf('=');
  if (word.startsWith('--') && equals > 0)
    return { name: word.slice(0, equals), value: word.slice(equals + 1), words: [word] };
  const count = valueCount(word, args.slice(at + 1), table);
  return { name: word, value: count === 0 ? null : (args[at + 1] ?? null), words: args.slice(at, at + 1 + count) };
}

function valueCount(option: string, rest: readonly string[], table: OptionTable): number {
  if (table.valued.includes(option)) return Math.min(1, rest.length);
  const next = rest.findIndex(isOption);
  const free = next === -1 ? rest.length : next;
  if (table.optional.includes(option)) return Math.min(1, free);
  return table.variadic.includes(option) ? free : 0;
}

const isOption = (word: string): boolean => word.startsWith('-') && word !== '-';
