import type { Process } from '../agents/types.ts';
import { part } from '../parts.ts';
import { readProcfs } from './procfs.ts';

/**
 * The processes under the panes. On Linux a lazy view of /proc (nothing is read that nobody asks for), elsewhere one `ps`.
 * Both methods throw `EnvironmentError('process-table')` when the table itself cannot be read: that is "unknown", never "no process".
 */
export interface ProcessTable {
  /** Null: there is no such process (any more). */
  get(pid: number): Process | null;
  /** Pids of the direct children, in kernel order; none when the process is gone. */
  childrenOf(pid: number): readonly number[];
}

/** The process table below `panePids`, for all panes at once. `unknown`: it cannot be read on this machine right now. */
export function readProcesses(panePids: readonly number[]): ProcessTable | 'unknown' {
  if (panePids.length === 0) return { get: () => null, childrenOf: () => [] };
  return process.platform === 'linux' ? readProcfs() : part('rare').readPs(panePids);
}
