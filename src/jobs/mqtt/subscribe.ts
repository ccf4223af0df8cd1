/**
 * The resident form of a drain: stays connected under the same client id, so that broker and registry cannot tell the two apart, and holds
 * the lease as long as it lives. A lost connection is opened anew, later each time; what was not acknowledged on it comes again. Ends when
 * told to (`stop`), within half a second unless something is being written.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../report-error.ts';
import { eventsFilter } from '../topics.ts';
import { backoffMs } from './backoff.ts';
import { connect } from './connect.ts';
import { EventWork, type WorkContext } from './event-work.ts';
import { isLasting } from './explain.ts';
import { type Lease, takeLease } from './lease.ts';
import { nothingCame } from './queue-end.ts';
import { watchOutbox } from './watch-outbox.ts';

export interface SubscribeContext extends WorkContext {
  readonly stop: AbortSignal;
}

/** A connection that lived so long counts as a success. */
const STABLE_MS = 10_000;
const LEASE_RETRY_MS = 1000;
const UNSETTLED_AGAIN_MS = 5000;
const MARK_PATIENCE_MS = 10_000;

/** Runs until `stop`. Throws what waiting does not mend (password, certificate, rights), as long as no connection has ever worked. */
export async function subscribe(context: SubscribeContext): Promise<void> {
  const { say, stop } = context;
  let hasWorked = false;
  let failures = 0;
  const worked = () => {
    hasWorked = true;
  };
  while (!stop.aborted) {
    const since = performance.now();
    try {
      await holdingLease(context, (signal) => serve({ ...context, stop: signal }, worked));
    } catch (error) {
      if (!hasWorked && isLasting(error)) throw error;
      if (!stop.aborted) say(messageOf(error).trimEnd());
    }
    if (stop.aborted) return;
    failures = performance.now() - since > STABLE_MS ? 1 : failures + 1;
    const pauseMs = backoffMs(failures);
    say(`connecting again in ${seconds(pauseMs)}`);
    await pause(pauseMs, stop);
  }
}

/** Does the work while we hold the lease; `signal` says stop when the caller does, and when the lease is lost. */
async function holdingLease(
  { stateDir, say, stop }: SubscribeContext,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const lease = await waitForLease(stateDir, say, stop, () => lost.abort());
  try {
    if (lease) await work(AbortSignal.any([stop, lost.signal]));
    if (lost.signal.aborted) say('this process was stopped for so long that another drain or subscriber took over');
  } finally {
    await lease?.release();
  }
}

async function waitForLease(
  stateDir: string,
  say: (line: string) => void,
  stop: AbortSignal,
  lost: () => void,
): Promise<Lease | null> {
  for (let told = false; !stop.aborted; told = true) {
    const lease = await takeLease(stateDir, 'subscriber', lost);
    if (lease) return lease;
    if (!told) say('another drain or subscriber is connected: waiting until it ends');
    await pause(LEASE_RETRY_MS, stop);
  }
  return null;
}

/** One connection, until it is lost (throws) or `stop` (returns). */
async function serve(context: SubscribeContext, worked: () => void): Promise<void> {
  const { broker, stateDir, say, stop } = context;
  let received = 0;
  let failures = 0;
  const work = new EventWork(context, {
    applied: (results) => {
      received += results.length;
      failures = 0;
    },
    failed: (error) => {
      const pauseMs = backoffMs(++failures);
      say(`${messageOf(error).trimEnd()}\ntrying again in ${seconds(pauseMs)}; nothing is lost meanwhile`);
      return pauseMs;
    },
    unsettledAgainMs: UNSETTLED_AGAIN_MS,
  });
  const connection = await connect(broker, { prepare: (client) => work.start(client), stop });
  const outbox = watchOutbox(connection, stateDir, say);
  const stopped = aborted(stop);
  try {
    await connection.subscribe(eventsFilter(broker.baseTopic));
    worked();
    say(`subscribed to ${eventsFilter(broker.baseTopic)}`);
    await Promise.race([outbox.send(), stopped]);
    const empty = await Promise.race([work.emptied(connection, performance.now() + MARK_PATIENCE_MS), stopped]);
    if (empty === false && received === 0) say(nothingCame(broker).message);
    const error = await Promise.race([connection.closed, stopped]);
    if (error) throw error;
  } finally {
    outbox.close();
    work.stop();
    await connection.close();
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Settles when the signal comes. */
const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await sleep(ms, null, { signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
