import { type OptionTable, readArguments } from '../arguments.ts';
import { isUuid } from '../conversation-id.ts';
import { type Program, programOf } from '../program.ts';

const OPTIONS: OptionTable = {
  valued:
    '--conversation --log-file --model --add-dir --output-format --sandbox-mode --agent --project -m -i --prompt-interactive'.split(
      ' ',
    ),
  optional: [],
  variadic: [],
};

const NOT_HERE = '-p --print --prompt --output-format -v --version -h --help'.split(' ');
const SUBCOMMANDS = 'changelog help install login logout mcp models plugin plugins update version'.split(' ');
/** Options that name a conversation or belong to one start: dropped when another one is resumed. */
const NAMING = '--conversation -c --continue --log-file -i --prompt-interactive'.split(' ');

/** agy's program behind an argv, or null: a Go binary under its own name on every system; `antigravity` in some distributions. */
export function agyProgram(argv: readonly string[]): Program | null {
  const program = programOf(argv);
  return program !== null && ['agy', 'antigravity'].includes(program.name) ? program : null;
}

export function isConversation(program: Program): boolean {
  const { options, positionals } = readArguments(program.args, OPTIONS);
  return !options.some(({ name }) => NOT_HERE.includes(name)) && !SUBCOMMANDS.includes(positionals[0] ?? '');
}

/** The conversation that argv asks for; agy opens a new one when it does not exist. */
export function askedFor(program: Program): string | null {
  const id = readArguments(program.args, OPTIONS).options.find(({ name }) => name === '--conversation')?.value ?? null;
  return id !== null && isUuid(id) ? id : null;
}

export const lastingOptions = (args: readonly string[]): readonly string[] =>
  readArguments(args, OPTIONS)
    .options.filter(({ name }) => !NAMING.includes(name))
    .flatMap(({ words }) => words);

/** It goes on with an older conversation without saying which. */
export const continuesAnother = (program: Program): boolean =>
  readArguments(program.args, OPTIONS).options.some(({ name }) => name === '-c' || name === '--continue');
