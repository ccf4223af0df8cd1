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
  const own = readEnvironment(process.pid, MOVING);
  return own === null ? homes : { home: own.HOME || homes.home, env: own };
}
