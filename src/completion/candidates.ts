import type { Argument, Command, Option } from 'commander';

/** A word that may stand next, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Values that only the moment knows (session names, job ids), by command and argument: `resume names`, `create --agent`. */
export type Sources = Readonly<Record<string, () => readonly string[]>>;

/**
 * What may stand in the place of the last of `words` (those behind the program's name), out of the definitions of the commands. None: a
 * file name, or anything.
 */
export function candidates(program: Command, words: readonly string[], sources: Sources): readonly Candidate[] {
  const last = words.at(-1) ?? '';
  const found = follow(program, withoutEquals(words.slice(0, -1)));
  if (found.literal) return [];
  return possible(found, last, sources).filter(
    ({ value }) => value.startsWith(last) && !/[\u0000-\u001f\u007f]/.test(value),
  );
}

/** bash cuts `--format=json` into three words. */
const withoutEquals = (words: readonly string[]): readonly string[] => words.filter((word) => word !== '=');

/** Where a command line has got to. */
interface Place {
  readonly command: Command;
  /** How many arguments the command has got. */
  readonly given: number;
  /** An option that waits for its value. */
  readonly open: Option | null;
  /** Behind `--`. */
  readonly literal: boolean;
}

function follow(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: 0, open: null, literal: false };
  for (const word of words) place = step(place, word);
  return place;
}

function step(place: Place, word: string): Place {
  const { command, given, open } = place;
  if (place.literal) return place;
  if (open) return { ...place, open: null };
  if (word === '--') return { ...place, literal: true };
  if (word.startsWith('-')) {
    const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
    return option?.required ? { ...place, open: option } : place;
  }
  const inner = given === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return inner ? { ...place, command: inner, given: 0 } : { ...place, given: given + 1 };
}

function possible({ command, given, open }: Place, last: string, sources: Sources): readonly Candidate[] {
  if (open) return values(command, open.long ?? '', open, sources);
  const equals = last.indexOf('=');
  if (last.startsWith('--') && equals > 0) {
    const option = optionsOf(command).find(({ long }) => long === last.slice(0, equals));
    const given = option ? values(command, option.long ?? '', option, sources) : [];
    return given.map(({ value, description }) => ({ value: `${option?.long}=${value}`, description }));
  }
  if (last.startsWith('-'))
    return optionsOf(command).map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
  const inner = visibleCommands(command);
  if (inner.length > 0 && given === 0)
    return inner.map((one) => ({ value: one.name(), description: one.description() }));
  const argument =
    command.registeredArguments[given] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  return argument ? values(command, argument.name(), argument, sources) : [];
}

function values(
  command: Command,
  name: string,
  { argChoices }: Option | Argument,
  sources: Sources,
): readonly Candidate[] {
  const known = argChoices ?? sources[`${command.name()} ${name}`]?.() ?? [];
  return known.map((value) => ({ value, description: '' }));
}

const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);

const visibleCommands = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);
