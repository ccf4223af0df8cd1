/**
 * What a pane was started with, read without ever running it: `#{pane_start_command}` in tmux's own quoting, and the shell command lines
 * inside. Expansions stay as written (`$HOME/bin/claude` still ends in `claude`), substitutions are opaque words.
 */
import type { Row } from '../registry/types.ts';
import { commandsOf } from './shell-words.ts';
import { tmuxWords } from './tmux-words.ts';
import type { Adapter } from './types.ts';

type Words = readonly string[];

/** The agent that a pane's start command starts (`#{pane_start_command}`; '' is the default shell), or null. */
export function startedAgent(startCommand: string, adapters: readonly Adapter[]): string | null {
  const commands = startedCommands(startCommand);
  return commands.flatMap((argv) => adapters.find((adapter) => adapter.startedBy(argv))?.name ?? [])[0] ?? null;
}

/** Every command that the start command runs, as argv: one word is a command line for the shell, several are executed as they are. */
export function startedCommands(startCommand: string): readonly Words[] {
  const words = tmuxWords(startCommand);
  const [only] = words;
  return words.length === 1 && only !== undefined ? commandsIn(only) : unwrap(words);
}

/** The command in a row's `pane.cmd_full` that starts its agent, as argv; null when there is none. */
export function commandOfRow(row: Row, startedBy: Adapter['startedBy']): Words | null {
  return commandsIn(row.pane.cmdFull ?? '').find(startedBy) ?? null;
}

const commandsIn = (line: string): readonly Words[] => commandsOf(line).flatMap(unwrap);

/** Steps over what only runs another command: assignments, `exec`, `env`, `nohup` …, and `sh -c '…'`. */
function unwrap(words: Words): readonly Words[] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*\+?=/.test(word));
  const rest = first === -1 ? [] : words.slice(first);
  const name = rest[0]?.slice(rest[0].lastIndexOf('/') + 1) ?? '';
  const wrapper = WRAPPERS[name];
  if (wrapper !== undefined) return unwrap(afterOptions(rest.slice(1), wrapper));
  if (!SHELLS.test(name)) return rest.length > 0 ? [rest] : [];
  const at = rest.findIndex((word, index) => index > 0 && /^-[a-z]*c[a-z]*$/.test(word));
  return at === -1 ? [rest] : commandsIn(rest[at + 1] ?? '');
}

const SHELLS = /^-?(sh|bash|zsh|dash|ksh|fish)$/;

/** Wrappers and those of their options that take the next word. */
const WRAPPERS: Readonly<Record<string, readonly string[] | undefined>> = Object.assign(Object.create(null), {
  exec: ['-a'],
  env: ['-u', '--unset', '-C', '--chdir', '-S'],
  command: [],
  builtin: [],
  nohup: [],
  setsid: [],
  time: ['-o', '-f'],
  nice: ['-n'],
  ionice: ['-c', '-n', '-p'],
  stdbuf: ['-i', '-o', '-e'],
});

function afterOptions(words: Words, valued: readonly string[]): Words {
  let at = 0;
  for (let word = words[0]; word?.startsWith('-'); word = words[at]) {
    at += valued.includes(word) ? 2 : 1;
    if (word === '--') break;
  }
  return words.slice(at);
}
