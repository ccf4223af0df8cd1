/**
 * Ends a session on purpose. The kill comes first, within the lock: an archived row whose session still lives would be registered anew.
 * The session's end fires an event, which waits for the lock and finds the row ended.
 */

import { EnvironmentError } from '../errors.ts';
import { isoTime } from '../iso-time.ts';
import { changeJob } from '../jobs/job-files.ts';
import { rowEdits } from '../reconcile/drift.ts';
import { isActive } from '../reconcile/match-rows.ts';
import { transact } from '../registry/transact.ts';
import type { Edit, Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { type KillResult, killSession } from '../tmux/kill-session.ts';
import { observe } from '../tmux/observe.ts';
import { addressOfRow } from './rows.ts';
import { announce, note, now, type Workplace } from './workplace.ts';

export interface Deletion {
  readonly row: Row;
  /** What became of its tmux session. */
  readonly session: 'killed' | 'gone' | 'other';
}

/**
 * Deletes the session of the row that `pick` chooses: its tmux session is ended, its row is terminated as `deleted`, or archived. Throws
 * when either fails.
 */
export function deleteSession(place: Workplace, pick: (rows: readonly Row[]) => Row, archive: boolean): Deletion {
  const deletion = transact<Deletion>(place.registryPath, ({ rows }) => {
    const row = pick(rows);
    return { edits: ended(row, archive), result: { row, session: endOf(row, place) } };
  });
  tell(place, deletion, archive);
  return deletion;
}

function endOf(row: Row, { env }: Workplace): Deletion['session'] {
  // Of a row that has ended and records no birth only the name is left, and that may be anybody's by now.
  if (!isActive(row) && row.epoch === null && row.serverStarted === null) return 'gone';
  const address = addressOfRow(row, env);
  // Asked first: a server that hangs would carry out the kill whenever it wakes up, long after we said that it failed.
  const [server] = observe([address], env);
  if (server?.state === 'unknown') throw notEnded(row, server.reason);
  const killed: KillResult = killSession(address, { ...row, panePid: row.pane.pid, created: row.epoch }, env);
  if (typeof killed === 'string') return killed;
  throw notEnded(row, killed.failed);
}

const notEnded = ({ name, server }: Row, why: string): EnvironmentError =>
  new EnvironmentError(
    'not-ended',
    `cannot end session ${printable(name)} on ${printable(server)}: ${printable(why)}. Its row is as it was`,
  );

/** A row that has ended before keeps the time and the way of it; `deleted` says that nobody wants it back. */
function ended(row: Row, archive: boolean): readonly Edit[] {
  const time = now();
  const end = isActive(row)
    ? { terminated_at: isoTime(time), terminated_at_epoch: time, termination_mode: 'deleted' }
    : {};
  return rowEdits(row, { status: archive ? 'archived' : 'terminated', ...end, termination_reason: 'deleted' });
}

function tell(
  place: Workplace,
  { row: { name, server, sessionId, jobId }, session }: Deletion,
  archive: boolean,
): void {
  if (jobId !== null) {
    changeJob(place.jobsDir, jobId, { state: 'error', message: 'its session was deleted' }, now());
    announce(place, [{ event: 'deleted', jobId, session: name, server }]);
  }
  const msg = `${archive ? 'archived' : 'deleted'} (tmux session ${session})`;
  note(place, { what: 'done', kind: 'delete', name, server, session: sessionId, msg });
}
