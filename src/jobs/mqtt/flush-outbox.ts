import { type Queued, readOutbox, removeQueued } from '../outbox.ts';
import { eventsTopic } from '../topics.ts';
import type { Connection } from './connect.ts';

/** Brokers allow so many unanswered publishes, and often not more (Mosquitto: 20). */
const WINDOW = 16;

/**
 * Sends what waits in the outbox, in its order, and forgets what the broker has. Returns how many events were sent. Throws
 * `EnvironmentError`: then the rest stays, and what was on its way may be sent again. The caller holds the lease: two senders would
 * mix up the order.
 */
export async function flushOutbox(connection: Connection, stateDir: string): Promise<number> {
  let sent = 0;
  for (const queued of readOutbox(stateDir)) {
    await sendFile(connection, queued);
    removeQueued(queued);
    sent += queued.events.length;
  }
  return sent;
}

/** On one connection a broker keeps the order of publishes, so several may be on their way. */
async function sendFile({ broker, connack, publish }: Connection, { events }: Queued): Promise<void> {
  const window = Math.min(WINDOW, connack.properties?.receiveMaximum ?? WINDOW);
  for (let from = 0; from < events.length; from += window) {
    const some = events.slice(from, from + window);
    await Promise.all(some.map(({ jobId, payload }) => publish(eventsTopic(broker.baseTopic, jobId), payload)));
  }
}
