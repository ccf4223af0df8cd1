import { programOf } from '../agents/program.ts';
import { readProcesses } from '../process/process-table.ts';
import type { Session } from '../tmux/types.ts';

const SHELL = /^-?(sh|bash|zsh|dash|ksh|fish|nu|tcsh)$/;

/**
 * The only pane of a session in which nothing goes on, as session restorers leave it: a shell that runs no script and has no children,
 * or a dead pane. Null: something is at work in the session, or nobody can tell.
 */
export function idlePane({ panes }: Session): string | null {
  const [pane, ...others] = panes;
  if (!pane || others.length > 0) return null;
  if (pane.dead) return pane.id;
  const table = readProcesses([pane.pid]);
  const process = table === 'unknown' ? null : table.get(pane.pid);
  if (table === 'unknown' || process === null) return null;
  const name = (process.argv[0] ?? '').replace(/^.*\//, '');
  const runsScript = programOf(process.argv) !== null || process.argv.some((word) => /^-[a-z]*c$/.test(word));
  return SHELL.test(name) && !runsScript && table.childrenOf(pane.pid).length === 0 ? pane.id : null;
}
