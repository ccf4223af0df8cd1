/** Claude's command line, as far as it tells conversations from other work. Source: `claude --help` and facts/agents.md §1.4, §1.7. */
import { type Arguments, type OptionTable, readArguments, words } from '../arguments.ts';
import { isUuid } from '../conversation-id.ts';
import { type Program, programOf } from '../program.ts';

const OPTIONS: OptionTable = {
  valued: words(`
    --session-id --model --fallback-model --permission-mode --settings --setting-sources --system-prompt
    --system-prompt-file --append-system-prompt --append-system-prompt-file --agent --agents --name -n
    --effort --max-turns --max-budget-usd --output-format --input-format --json-schema
    --permission-prompt-tool --debug-file --teammate-mode --remote-control-session-name-prefix
  `),
  optional: '--resume -r --debug -d --worktree -w --from-pr --remote --tmux --remote-control --rc'.split(' '),
  variadic: words(`
    --add-dir --allowedTools --allowed-tools --disallowedTools --disallowed-tools --tools --mcp-config
    --plugin-dir --betas --file --channels
  `),
};

/** Options with which no conversation of this terminal is held. */
const NOT_HERE = '-p --print --input-format --output-format --bg --background -v --version -h --help'.split(' ');

const SUBCOMMANDS = words(`
    agents attach auth auto-mode config daemon doctor gateway install kill logs mcp migrate-installer
    plugin plugins project remote-control respawn rm setup-token stop ultrareview update upgrade
  `);

/** Options that name a conversation: dropped when another one is resumed. */
const NAMING = '--session-id --resume -r --continue -c --fork-session --from-pr'.split(' ');

/** Claude's program behind an argv, or null. `exe` is asked last: `…/claude/versions/2.1.34` of the native installation, whatever argv[0] says. */
export function claudeProgram({ argv, exe }: Invocation): Program | null {
  const program = programOf(argv);
  if (program === null) return null;
  const named =
    program.name === 'claude' || /\/claude-code\/cli\.[cm]?js$/.test(program.path) || isVersioned(program.path);
  return named || (!program.wrapped && isVersioned(exe())) ? program : null;
}

export interface Invocation {
  readonly argv: readonly string[];
  /** Real path of the executable, read only when needed. */
  readonly exe: () => string | null;
}

const isVersioned = (path: string | null): boolean => path !== null && /\/claude\/versions\/[^/]+$/.test(path);

export function isConversation(program: Program): boolean {
  const { options, positionals } = readArguments(program.args, OPTIONS);
  return !options.some(({ name }) => NOT_HERE.includes(name)) && !SUBCOMMANDS.includes(positionals[0] ?? '');
}

/** The conversation that the process was started in; null when its argv does not name it (none, a title, a fork of it). */
export function startedIn(program: Program): string | null {
  const { options } = readArguments(program.args, OPTIONS);
  const value = (...names: readonly string[]) => options.find(({ name }) => names.includes(name))?.value ?? null;
  const chosen = value('--session-id');
  const forked = options.some(({ name }) => name === '--fork-session');
  const id = chosen ?? (forked ? null : value('--resume', '-r'));
  return id !== null && isUuid(id) ? id : null;
}

/** It goes on with an older conversation without saying which: `-c`, `--resume` with its picker or a title. */
export const continuesAnother = (program: Program): boolean =>
  readArguments(program.args, OPTIONS).options.some(({ name }) =>
    ['--continue', '-c', '--resume', '-r', '--from-pr'].includes(name),
  );

/** What to repeat when a conversation is resumed: every option but those that name one; the first prompt is not said again. */
export function lastingOptions(args: Arguments['positionals']): readonly string[] {
  return readArguments(args, OPTIONS)
    .options.filter(({ name }) => !NAMING.includes(name))
    .flatMap(({ words }) => words);
}
