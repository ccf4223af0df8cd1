import { resolve } from 'node:path';
import type { Adapter } from '../agents/types.ts';
import { UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { findProgram } from './find-program.ts';
import { checkFolder } from './folder.ts';
import { argumentOf } from './prompt.ts';
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

/** Throws `UserError` where the wish cannot be granted: bad name, no such folder, agent not installed. */
export function planCreate(
  { adapter, name, cwd, options, prompt }: Wish,
  taken: ReadonlySet<string>,
  env: Environment,
): Plan {
  checkFolder(cwd);
  const conversationId = adapter.choosesId ? crypto.randomUUID() : null;
  const start = [...adapter.start(conversationId), ...options];
  checkProgram(adapter, start[0] ?? adapter.name, env);
  const argument = prompt !== null && adapter.takesPrompt ? argumentOf(prompt) : null;
  return {
    name: name === null ? defaultName(resolve(cwd), adapter.name, taken) : checkFree(checkName(name), taken),
    conversationId,
    argv: argument === null ? start : [...start, '--', argument],
    lasting: [...adapter.start(null), ...options],
    paste: argument === null ? prompt : null,
  };
}

function checkFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  throw new UserError('name-taken', `there is a session ${printable(name)} already. Next step: choose another --name`);
}

export function checkProgram({ name }: Adapter, program: string, env: Environment): void {
  if (findProgram(program, env)) return;
  throw new UserError(
    'no-agent',
    `cannot start ${name}: ${printable(program)} is not on the PATH. Next step: install it, or start tmux-drift where it is`,
  );
}
