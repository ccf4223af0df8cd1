import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { templateWords } from '../agents/command-template.ts';
import { homesFrom } from '../agents/homes.ts';
import { checkHook, type HookPlace } from '../agents/install/install-hook.ts';
import type { Adapter } from '../agents/types.ts';
import { findProgram } from '../sessions/find-program.ts';
import { type Environment, stateFolder } from '../settings.ts';

/** How one agent stands to its hook on this machine. */
export interface AgentHookState {
  readonly agent: string;
  readonly startCommand: string;
  /** Is the agent itself here: its program on the PATH, or a folder of its settings? */
  readonly here: boolean;
  /** `none`: an agent without hooks that we know. */
  readonly hook: 'none' | 'installed' | 'outdated' | 'absent' | 'unreadable';
  readonly settingsFile: string | null;
  readonly reason: string | null;
}

/** `command`: what the hook should run, less the agent's name. Reads only. */
export function agentHookState(adapter: Adapter, command: string, env: Environment): AgentHookState {
  const { name: agent, startCommand } = adapter;
  const place = hookPlace(adapter, env);
  const onPath = findProgram(templateWords(startCommand)[0] ?? agent, env) !== null;
  if (!place) return { agent, startCommand, here: onPath, hook: 'none', settingsFile: null, reason: null };
  const { file, state, reason } = checkHook(place, `${command} ${agent}`);
  return { agent, startCommand, here: onPath || existsSync(dirname(file)), hook: state, settingsFile: file, reason };
}

/** Where the agent's hook goes; null for an agent without one. */
export const hookPlace = ({ name, hook }: Adapter, env: Environment): HookPlace | null =>
  hook && { agent: name, hook, homes: homesFrom(env), stateFolder: stateFolder(env) };
