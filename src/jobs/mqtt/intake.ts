/**
 * Takes messages from a connection in batches and acknowledges each only when it is done with.
 *
 * The library hands over one message at a time and acknowledges it when its callback is called; an error given to that callback means
 * "not acknowledged, go on", and that is what every message gets here. What has come in by the next turn of the event loop is a batch:
 * while a batch is being written nothing is read, so the next one grows by itself, and a single message waits for nothing. The broker sends
 * so many messages ahead (its in-flight window: 20 with Mosquitto and MQTT 3.1.1), which bounds a batch. Then the acknowledgements go out,
 * in the order in which the messages came.
 */
import type { IPublishPacket, MqttClient } from 'mqtt';
import type { Message } from '../job-message.ts';

export interface Delivered extends Message {
  /** Null for QoS 0, which nobody acknowledges. */
  readonly messageId: number | null;
}

/** Handles a batch; answers for each message whether it is settled and may be acknowledged. */
export type HandleBatch = (batch: readonly Delivered[]) => readonly boolean[];

export interface Intake {
  /** Epoch of `performance.now()`: when the last message came or the last batch was done. */
  readonly lastActivity: () => number;
  /** Nothing is taken, handled or acknowledged from now on. */
  stop(): void;
}

export interface IntakeOptions {
  readonly handle: HandleBatch;
  /** A batch failed: answers after how many milliseconds it is tried again; null to leave it unacknowledged, which ends the intake. */
  readonly failed: (error: unknown) => number | null;
  /** After how many milliseconds unsettled messages are handled again, marked `dup`; null: the broker will bring them again. */
  readonly unsettledAgainMs: number | null;
}

const MOST_PER_BATCH = 500;
const NOT_YET = new Error('acknowledged later');

/** To be called before the client connects. */
export function takeMessages(client: MqttClient, { handle, failed, unsettledAgainMs }: IntakeOptions): Intake {
  let waiting: Delivered[] = [];
  let lastActivity = performance.now();
  let scheduled: NodeJS.Immediate | null = null;
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();

  client.handleMessage = (packet, done) => {
    lastActivity = performance.now();
    waiting.push(delivered(packet));
    schedule();
    done(packet.qos === 0 ? undefined : NOT_YET);
  };
  client.once('close', stop);

  function schedule(): void {
    if (!stopped && scheduled === null && timers.size === 0) scheduled = setImmediate(takeBatch);
  }

  function takeBatch(): void {
    scheduled = null;
    if (stopped || waiting.length === 0) return;
    const batch = waiting.slice(0, MOST_PER_BATCH);
    let settled: readonly boolean[];
    try {
      settled = handle(batch);
    } catch (error) {
      const pauseMs = failed(error);
      if (pauseMs === null) stop();
      else later(pauseMs, schedule);
      return;
    }
    waiting = waiting.slice(batch.length);
    acknowledge(
      client,
      batch.filter((_, index) => settled[index]),
    );
    handleLater(batch.filter((_, index) => !settled[index]));
    lastActivity = performance.now();
    if (waiting.length > 0) schedule();
  }

  function handleLater(unsettled: readonly Delivered[]): void {
    if (unsettled.length === 0 || unsettledAgainMs === null) return;
    setTimeout(() => {
      if (stopped) return;
      waiting.push(...unsettled.map((message) => ({ ...message, dup: true })));
      schedule();
    }, unsettledAgainMs).unref();
  }

  function later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, ms);
    timers.add(timer);
  }

  function stop(): void {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
    if (scheduled) clearImmediate(scheduled);
  }

  return { lastActivity: () => lastActivity, stop };
}

const delivered = ({ topic, payload, retain, dup, qos, messageId }: IPublishPacket): Delivered => ({
  topic,
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload),
  retain,
  dup,
  messageId: qos === 0 ? null : (messageId ?? null),
});

/** PUBACK, the same four bytes in MQTT 3.1.1 and 5 (where a missing reason code is success). All in one write. */
function acknowledge(client: MqttClient, messages: readonly Delivered[]): void {
  const ids = messages.flatMap(({ messageId }) => messageId ?? []);
  if (ids.length === 0 || !client.connected) return;
  client.stream.write(Buffer.from(ids.flatMap((id) => [0x40, 0x02, id >> 8, id & 0xff])));
}
