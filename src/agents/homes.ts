import { readEnvironment } from './process-environment.ts';
import type { AgentHomes, AgentProcess } from './types.ts';

/** Variables that move an agent's files: all that adapters read. */
const MOVING = ['HOME', 'CLAUDE_CONFIG_DIR', 'CODEX_HOME'];

/** Where agents keep their files, by our own environment. */
export const homesFrom = (env: Readonly<Record<string, string | undefined>>): AgentHomes => ({
  home: env.HOME || '/',
  env,
});

/**
 * Where one live agent keeps its files: its own environment outranks ours. We often run from a tmux hook, with the
 * server's environment, and `CLAUDE_CONFIG_DIR` of a shell's startup file is not in there.
 */
export function homesOf(process: Pick<AgentProcess, 'pid'>, homes: AgentHomes): AgentHomes {
  const known = seen.get(process) ?? readEnvironment(process.pid, MOVING);
  seen.set(process, known);
  return known === null ? homes : { home: known.HOME || homes.home, env: known };
}

/** Several questions are asked about one process, and its environment is what it was started with. */
const seen = new WeakMap<object, ReturnType<typeof readEnvironment>>();
