import { EnvironmentError } from '../errors.ts';
import { isoTime } from '../iso-time.ts';
import { rowEdits } from '../reconcile/drift.ts';
import { transact } from '../registry/transact.ts';
import type { Row } from '../registry/types.ts';
import { endStarted } from './end-started.ts';
import type { Started } from './start-session.ts';
import { now, type Workplace } from './workplace.ts';

/** Ends a session that was resumed in vain; its row is terminated again, for the reason and at the time that it was before. */
export function putBack(place: Workplace, before: Row, started: Started): void {
  const left = endStarted(started, place.env);
  transact(place.registryPath, ({ rows }) => {
    const row = rows.find(
      ({ sessionId, serverStarted }) => sessionId === started.session.id && serverStarted === started.server.started,
    );
    if (!row) return { edits: [], result: null };
    const at = before.terminatedAt ?? now();
    const ended = {
      terminated_at: isoTime(at),
      terminated_at_epoch: at,
      termination_mode: before.terminationMode ?? 'the agent did not resume',
    };
    const reason = before.terminationReason === null ? {} : { termination_reason: before.terminationReason };
    return { edits: rowEdits(row, { status: 'terminated', ...ended, ...reason }), result: null };
  });
  if (left) throw new EnvironmentError('half-done', `could not be ended again: ${left}`);
}
