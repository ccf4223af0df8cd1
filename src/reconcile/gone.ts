import { isoTime } from '../iso-time.ts';
import type { Row, TerminationReason } from '../registry/types.ts';
import type { ServerObservation } from '../tmux/types.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import { sameLife } from './identity.ts';
import type { Drift, World } from './types.ts';

/** A server that was asked and said what it has. */
type Answered = Exclude<ServerObservation, { state: 'unknown' }>;

/** A `gone`: the row is active, its server answered or is gone, and it has no such session. */
export function gone(
  row: Row,
  server: Answered,
  world: World,
  reason: TerminationReason = terminationReason(row, server, world),
): Drift {
  const { label } = server.address;
  const where = server.state === 'present' ? `its session is not on ${label}` : `no sessions on ${label}`;
  return drift(['A', 'gone'], row.name, label, `${where} (${reason})`, {
    action: actionText('terminated', row.name, label),
    edits: rowEdits(row, {
      status: 'terminated',
      terminated_at: isoTime(world.now),
      terminated_at_epoch: world.now,
      termination_mode: 'auto-detected (tmux gone)',
      termination_reason: reason,
    }),
  });
}

/**
 * `closed`: the session ended while its server lived on, or was the server's only one; `lost`: it ended together with its
 * server, or is found gone without an event. Hooks report each session that ends, so an event of the same server life
 * means that hooks were at work; when a whole server goes down every session reports that none is left.
 */
function terminationReason(row: Row, server: Answered, world: World): TerminationReason {
  const { socket } = server.address;
  if (server.state === 'present' && sameLife(row, server)) {
    return world.closed.some((event) => event.socket === socket && event.serverStarted === server.started)
      ? 'closed'
      : 'lost';
  }
  const events = world.closed.filter((event) => event.socket === socket && bornIn(row, event.serverStarted));
  const own = events.filter(({ sessionId }) => row.sessionId === null || sessionId === row.sessionId);
  if (own.some(({ noneLeft }) => !noneLeft)) return row.sessionId === null && own.length > 1 ? 'lost' : 'closed';
  const last = new Set(events.filter(({ noneLeft }) => noneLeft).map(({ sessionId }) => sessionId));
  return own.length > 0 && last.size === 1 ? 'closed' : 'lost';
}

const bornIn = (row: Row, serverStarted: number): boolean =>
  row.serverStarted === null
    ? row.epoch === null || row.epoch + 2 >= serverStarted
    : row.serverStarted === serverStarted;
