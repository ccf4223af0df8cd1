import type { SessionStatus } from '../sessions/status.ts';
import { printable } from './printable.ts';

/** The one column that joins session and job: `running · job-17 working`, `terminated · job-9 completed`, `lost`. */
export function stateText({ state, detail, job }: Pick<SessionStatus, 'state' | 'detail' | 'job'>): string {
  const session = state === 'agent-exited' ? 'running' : state;
  const parts = [session, ...(job ? [`${printable(job.id)} ${job.state ?? 'unknown'}`] : [])];
  // How a session ended is the job's end, where there was one.
  if (detail && !(job && state === 'terminated')) parts.push(printable(detail));
  return parts.join(' · ');
}
