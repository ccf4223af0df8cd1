/**
 * The thread that a live codex writes: its flock on `thread-writer-locks/<id>.lock` (left behind unlocked by SIGKILL), else its open
 * rollout. The terminal holds its sub-agents' threads too: they are sorted out by line 1 of the rollout. What is left must be one;
 * after `/new` 0.169 keeps the old thread's lock as well, and only its hook can tell which one is open.
 * With a shared daemon (`daemon_auto_start`, same version) the terminal holds nothing, the daemon everything.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { flocked, openFiles } from '../held-files.ts';
import type { AgentHomes } from '../types.ts';
import { codexFolder, findRollout, isSubAgents, metaOf, threadOf } from './rollouts.ts';

/** Threads of the user that the process holds. Null: nothing says what it holds (no locks in this version, a daemon's, not Linux). */
export function liveThreads(pid: number, homes: AgentHomes): readonly string[] | null {
  const locked = lockedThreads(pid, homes);
  if (locked !== null && locked.length > 0) return withoutSubAgents(locked, homes);
  const open = withoutSubAgents(openThreads(pid, homes), homes);
  if (open.length > 0) return open;
  return locked === null || existsSync(join(codexFolder(homes), 'app-server-daemon', 'daemon.pid')) ? null : [];
}

function lockedThreads(pid: number, homes: AgentHomes): readonly string[] | null {
  const folder = join(codexFolder(homes), 'thread-writer-locks');
  const names = existsSync(folder) ? flocked(pid, folder) : null;
  if (names === null) return null;
  return names
    .filter((name) => name.endsWith('.lock') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.lock'.length));
}

function openThreads(pid: number, homes: AgentHomes): readonly string[] {
  const prefix = `${codexFolder(homes)}/`;
  const paths = (openFiles(pid) ?? []).filter((path) => path.startsWith(prefix));
  return [...new Set(paths.flatMap((path) => threadOf(basename(path)) ?? []))];
}

/** A thread without a rollout yet may be the user's or a sub-agent's: it stays, and beside another one nothing is certain. */
function withoutSubAgents(ids: readonly string[], homes: AgentHomes): readonly string[] {
  return ids.filter((id) => {
    const rollout = findRollout(id, homes);
    const meta = rollout.state === 'present' ? metaOf(rollout.path) : null;
    return meta === null || !isSubAgents(meta);
  });
}
