import { EnvironmentError, UserError } from '../errors.ts';
import { isoTime } from '../iso-time.ts';
import { changeJob } from '../jobs/job-files.ts';
import { rowEdits } from '../reconcile/drift.ts';
import { transact } from '../registry/transact.ts';
import { endStarted } from './end-started.ts';
import type { Created } from './register-session.ts';
import { Undo } from './undo.ts';
import { now, type Workplace } from './workplace.ts';

/**
 * Ends what was created and registered, and turned out not to work: no session, a terminated row that nobody is offered again, a failed
 * job. Answers the error to throw, with what is left over where something is.
 */
export function abandon(place: Workplace, created: Created, error: unknown): unknown {
  const { session, server } = created.started;
  const message = error instanceof Error ? error.message : String(error);
  const undo = new Undo();
  undo.add(() => endJob(place, created, message));
  undo.add(() => endRow(place, created));
  undo.add(() => endStarted(created.started, place.env));
  const outcome = undo.after(error);
  if (outcome !== error) return outcome;
  const told = `${message}. Session ${session.name} on ${server.address.label} was ended again`;
  if (error instanceof UserError) return new UserError(error.code, told, error.exitCode);
  return error instanceof EnvironmentError ? new EnvironmentError(error.code, told, error) : error;
}

function endRow(place: Workplace, { started: { session, server } }: Created): string | null {
  try {
    return transact(place.registryPath, ({ rows }) => {
      const row = rows.find(
        ({ sessionId, serverStarted }) => sessionId === session.id && serverStarted === server.started,
      );
      if (!row) return { edits: [], result: null };
      const time = now();
      const ended = {
        terminated_at: isoTime(time),
        terminated_at_epoch: time,
        termination_mode: 'the agent did not start',
      };
      return { edits: rowEdits(row, { status: 'terminated', ...ended, termination_reason: 'closed' }), result: null };
    });
  } catch (error) {
    if (error instanceof EnvironmentError) return `the row of ${session.name} (${error.message})`;
    throw error;
  }
}

function endJob({ jobsDir }: Workplace, { jobId }: Created, message: string): string | null {
  if (jobId === null) return null;
  try {
    changeJob(jobsDir, jobId, { state: 'error', message }, now());
    return null;
  } catch (error) {
    if (error instanceof EnvironmentError) return `job ${jobId} (${error.message})`;
    throw error;
  }
}
