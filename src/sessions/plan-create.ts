import { randomUUID } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Adapter } from '../agents/types.ts';
import { errnoOf, UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { findProgram } from './find-program.ts';
import { checkName, defaultName } from './session-name.ts';

/** What somebody wants to have started. */
export interface Wish {
  readonly adapter: Adapter;
  /** Null: `<folder>-creator-<agent>`. */
  readonly name: string | null;
  readonly cwd: string;
  readonly address: ServerAddress;
  /** The agent's own options, as given behind `--`. */
  readonly options: readonly string[];
  readonly prompt: string | null;
}

/** What will be started, with everything chosen that is ours to choose. */
export interface Plan {
  readonly name: string;
  readonly conversationId: string | null;
  /** What is executed. */
  readonly argv: readonly string[];
  /** What the row records: without what belongs to this one start (id, prompt). */
  readonly lasting: readonly string[];
  /** A prompt that the agent does not take as an argument. */
  readonly paste: string | null;
}

/** tmux takes 16 KiB for a whole command; longer prompts are pasted. */
const LONGEST_ARGUMENT = 8192;

/** Throws `UserError` where the wish cannot be granted: bad name, no such folder, agent not installed. */
export function planCreate(
  { adapter, name, cwd, options, prompt }: Wish,
  taken: ReadonlySet<string>,
  env: Environment,
): Plan {
  checkFolder(cwd);
  const conversationId = adapter.choosesId ? randomUUID() : null;
  const start = [...adapter.start(conversationId), ...options];
  checkProgram(adapter, start[0] ?? adapter.name, env);
  const asArgument = prompt !== null && adapter.takesPrompt && Buffer.byteLength(prompt) <= LONGEST_ARGUMENT;
  return {
    name: name === null ? defaultName(resolve(cwd), adapter.name, taken) : checkFree(checkName(name), taken),
    conversationId,
    argv: asArgument ? [...start, '--', asPrompt(prompt)] : start,
    lasting: [...adapter.start(null), ...options],
    paste: asArgument ? null : prompt,
  };
}

function checkFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  throw new UserError('name-taken', `there is a session ${printable(name)} already. Next step: choose another --name`);
}

/** A single word may be a subcommand to the agent (`update`), even behind `--`; one with a blank in it never is. */
const asPrompt = (prompt: string): string => (/\s/.test(prompt) ? prompt : `${prompt} `);

export function checkFolder(cwd: string): void {
  const why = whyNoFolder(cwd);
  if (why) throw new UserError('bad-cwd', `cannot start in ${printable(cwd)}: ${why}`);
}

/** Null when a session can be started there. tmux itself would silently start in another folder. */
export function whyNoFolder(cwd: string): string | null {
  try {
    if (!statSync(cwd).isDirectory()) return 'it is not a folder';
    accessSync(cwd, constants.X_OK);
    return null;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return errno === 'ENOENT' ? 'the folder is gone' : errno;
  }
}

export function checkProgram({ name }: Adapter, program: string, env: Environment): void {
  if (findProgram(program, env)) return;
  throw new UserError(
    'no-agent',
    `cannot start ${name}: ${printable(program)} is not on the PATH. Next step: install it, or start tmux-drift where it is`,
  );
}

/** Refuses a prompt that could not reach the agent as it is. Line breaks become `\n`; one at the end is dropped. */
export function checkPrompt(text: string): string {
  const prompt = text.replaceAll('\r\n', '\n').replace(/\n$/, '');
  if (prompt.trim() === '') throw new UserError('bad-prompt', 'the prompt is empty');
  const control = /[\u0000-\u0008\u000b-\u001f\u007f]/.exec(prompt);
  if (control)
    throw new UserError(
      'bad-prompt',
      `the prompt holds a control character (${printable(control[0])} at ${control.index}), which a terminal would act on`,
    );
  return prompt;
}
