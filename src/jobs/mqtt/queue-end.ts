/**
 * When is the broker's queue empty? No protocol says so. Two signs together do: a mark that we publish ourselves comes back behind what is
 * queued, and then nothing comes for a moment, because some brokers let the mark overtake. Where no mark comes back (the access list
 * does not let it) a longer quiet must do.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../errors.ts';
import type { Message } from '../job-message.ts';
import { markTopic } from '../topics.ts';
import type { Broker } from './broker.ts';
import type { Connection } from './connect.ts';

const QUIET_MS = 200;
const QUIET_WITHOUT_MARK_MS = 1000;
const LOOK_EVERY_MS = 10;

export interface QueueEnd {
  /** Is this one of our marks? Then it is no job event. */
  takeMark(message: Message): boolean;
  /**
   * Settles when the queue is empty: did the mark come back? Null when `deadline` (`performance.now()`) came first. `quietMs` is how long
   * nothing may come after the mark.
   */
  reached(
    connection: Connection,
    lastActivity: () => number,
    deadline: number,
    quietMs?: number,
  ): Promise<boolean | null>;
}

/** For one connection. */
export function queueEnd(broker: Broker): QueueEnd {
  const topic = markTopic(broker.baseTopic, broker.clientId);
  const back = new Set<string>();

  async function reached(
    connection: Connection,
    lastActivity: () => number,
    deadline: number,
    quietMs = QUIET_MS,
  ): Promise<boolean | null> {
    const mark = randomUUID();
    let answeredAt = Number.POSITIVE_INFINITY;
    let failure: { readonly error: unknown } | null = null;
    const fail = (error: unknown) => {
      failure ??= { error };
    };
    connection.closed.then(fail);
    unlessDenied(connection.subscribe(topic).then(() => connection.publish(topic, mark))).then(() => {
      answeredAt = performance.now();
    }, fail);
    for (;;) {
      const now = performance.now();
      if (failure) throw (failure as { readonly error: unknown }).error;
      if (back.has(mark) && now - lastActivity() >= quietMs) return true;
      if (now - Math.max(lastActivity(), answeredAt) >= QUIET_WITHOUT_MARK_MS) return false;
      if (now >= deadline) return null;
      await sleep(LOOK_EVERY_MS);
    }
  }

  return {
    takeMark: (message) => message.topic === topic && Boolean(back.add(message.payload.toString('utf8'))),
    reached,
  };
}

/** A broker that says no to the mark has answered, too. */
async function unlessDenied(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof EnvironmentError) || error.code !== 'mqtt-denied') throw error;
  }
}

/** Nothing came, not even our own mark: brokers that deny without a word (Mosquitto) look like this. */
export const nothingCame = ({ shown, baseTopic, clientId }: Broker): EnvironmentError =>
  new EnvironmentError(
    'mqtt-denied',
    `${shown} took our subscription, but not even our own message came back: its access list (ACL) denies without a word. ` +
      `Needed: read ${baseTopic}/+/events, readwrite ${markTopic(baseTopic, clientId)}`,
  );
