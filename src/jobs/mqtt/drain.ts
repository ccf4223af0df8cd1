/**
 * A drain: connect under the fixed client id, take what the broker has queued, apply it, acknowledge it, send what waits in the outbox,
 * disconnect. What is left when its time is up stays queued for the next one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Applied } from '../apply-messages.ts';
import { readOutbox } from '../outbox.ts';
import { eventsFilter } from '../topics.ts';
import { type Connection, connect } from './connect.ts';
import { EventWork, type WorkContext } from './event-work.ts';
import { flushOutbox } from './flush-outbox.ts';
import { type Lease, leaseHolder, takeLease } from './lease.ts';
import { nothingCame } from './queue-end.ts';

export interface DrainContext extends WorkContext {
  /** Milliseconds. */
  readonly capMs: number;
}

export interface DrainResult {
  /** `busy`: another drain or subscriber is at it. `capped`: time was up before the queue was empty. */
  readonly state: 'done' | 'capped' | 'busy';
  /** What became of each event, in their order. */
  readonly applied: readonly Applied[];
  /** Lifecycle events that the broker took. */
  readonly sent: number;
}

const TURN_MS = 10_000;
const TURN_EVERY_MS = 100;

/** Drains once. Throws the connection's and the registry's errors; what was not acknowledged then comes again. */
export async function drain(context: DrainContext): Promise<DrainResult> {
  let connection: Connection | null = null;
  const lease = await takeTurn(context.stateDir, () => connection?.client.end(true));
  if (!lease) return { state: 'busy', applied: [], sent: 0 };
  const applied: Applied[] = [];
  const failure = Promise.withResolvers<never>();
  // Nobody waits for it before there is a connection.
  failure.promise.catch(() => {});
  const work = new EventWork(context, {
    applied: (results) => void applied.push(...results),
    failed: (error) => {
      failure.reject(error);
      return null;
    },
    unsettledAgainMs: null,
  });
  try {
    connection = await connect(context.broker, { prepare: (client) => work.start(client) });
    const finished = await Promise.race([finish(connection, work, applied, context), failure.promise]);
    return { ...finished, applied };
  } finally {
    work.stop();
    await connection?.close();
    await lease.release();
  }
}

/** Another drain may be past its last look at the queue already, so it is waited for; a subscriber looks all the time. */
async function takeTurn(stateDir: string, lost: () => void): Promise<Lease | null> {
  const deadline = performance.now() + TURN_MS;
  for (;;) {
    const lease = await takeLease(stateDir, 'drain', lost);
    if (lease || leaseHolder(stateDir)?.kind === 'subscriber' || performance.now() > deadline) return lease;
    await sleep(TURN_EVERY_MS);
  }
}

async function finish(
  connection: Connection,
  work: EventWork,
  applied: readonly Applied[],
  { stateDir, capMs }: DrainContext,
) {
  const deadline = performance.now() + capMs;
  await connection.subscribe(eventsFilter(connection.broker.baseTopic));
  let empty = await work.emptied(connection, deadline);
  if (empty === false && applied.length === 0) throw nothingCame(connection.broker);
  let sent = 0;
  // What we publish comes back to us: it is taken, too, or it would fill the queue. One that the mark overtakes waits for the next drain.
  while (empty !== null && readOutbox(stateDir).length > 0) {
    sent += await flushOutbox(connection, stateDir);
    empty = await work.emptied(connection, deadline, 0);
  }
  return { state: empty === null ? ('capped' as const) : ('done' as const), sent };
}
