import type { IConnackPacket, MqttClient } from 'mqtt';
import { EnvironmentError } from '../../errors.ts';
import { part } from '../../parts.ts';
import type { Broker } from './broker.ts';
import { clientOptions } from './client-options.ts';
import { connectionError, lostConnection } from './explain.ts';

/** One connection to the broker; when it is lost, a new one is opened, never the same again. */
export interface Connection {
  readonly broker: Broker;
  readonly client: MqttClient;
  /** Did the broker keep a session, and with it a queue, under our client id? */
  readonly sessionPresent: boolean;
  readonly connack: IConnackPacket;
  /** Settles when the connection is no more, with the reason in words; null when it was we who closed it. */
  readonly closed: Promise<EnvironmentError | null>;
  /** Throws `EnvironmentError` `mqtt-denied` when the broker does not let us. */
  subscribe(topic: string): Promise<void>;
  /** QoS 1: settles when the broker has it. */
  publish(topic: string, payload: string): Promise<void>;
  /** Says good-bye, within half a second. What was not acknowledged comes again. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** A client id of its own and a session that ends with the connection: for those who only look. */
  readonly passing?: boolean;
  /** Our own client id, and a session that ends with the connection: nothing is left of an earlier one. */
  readonly forget?: boolean;
  readonly timeoutMs?: number;
  /** Told about the client before it connects: what is attached later misses messages for good. */
  readonly prepare?: (client: MqttClient) => void;
  /** Ends the attempt to connect. */
  readonly stop?: AbortSignal;
}

const CONNECT_MS = 5000;
const GOODBYE_MS = 500;
/** Connects; throws `EnvironmentError` with the reason in words. */
export async function connect(
  broker: Broker,
  { passing = false, forget = false, timeoutMs = CONNECT_MS, prepare, stop }: ConnectOptions = {},
): Promise<Connection> {
  const client = loadMqtt().connect(clientOptions(broker, passing, passing || forget, timeoutMs));
  let reason: unknown = null;
  let leaving = false;
  let told = connectionError;
  client.on('error', (error) => {
    reason ??= error;
  });
  client.on('disconnect', ({ reasonCode }) => {
    reason ??= Object.assign(new Error('the broker closed the connection'), { code: reasonCode });
  });
  prepare?.(client);
  stop?.addEventListener('abort', () => client.connected || client.end(true), { once: true });
  const closed = new Promise<EnvironmentError | null>((resolve) => {
    client.once('close', () =>
      resolve(leaving ? null : told(broker, reason ?? new Error('the broker closed the connection'))),
    );
  });
  const connack = await new Promise<IConnackPacket>((resolve, reject) => {
    client.once('connect', (packet) => {
      told = lostConnection;
      resolve(packet);
    });
    closed.then((error) => reject(error));
    client.connect();
    sendAtOnce(client);
  }).catch((error: unknown) => {
    // Certificates and keys that are none make the library throw before it connects.
    throw error instanceof EnvironmentError ? error : connectionError(broker, error);
  });
  return {
    broker,
    client,
    connack,
    sessionPresent: connack.sessionPresent,
    closed,
    subscribe: async (topic) => {
      await asked(broker, `subscribe to ${topic}`, client.subscribeAsync(topic, { qos: 1 }), closed);
    },
    publish: async (topic, payload) => {
      await asked(broker, `publish to ${topic}`, client.publishAsync(topic, payload, { qos: 1 }), closed);
    },
    close: async () => {
      leaving = true;
      // On a stream that is closed already the library waits for ever.
      if (client.connected) await withPatience(client.endAsync());
      client.end(true);
    },
  };
}

/** Without this the system keeps small packets back for up to 40 ms, waiting for more (Nagle's algorithm). WebSockets do it themselves. */
function sendAtOnce({ stream }: MqttClient): void {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
}

/** Until it is done, for half a second at most. The timer counts as work: without any, Node would end in the middle. */
async function withPatience(goodbye: Promise<void>): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, GOODBYE_MS);
  await Promise.race([goodbye, patience.promise]);
  clearTimeout(timer);
}

/** The broker's answer; refusals and lost connections in words. The library never settles a publish whose connection is lost. */
async function asked(
  broker: Broker,
  what: string,
  answer: Promise<unknown>,
  closed: Connection['closed'],
): Promise<void> {
  try {
    await Promise.race([answer, closed.then((error) => Promise.reject(error))]);
  } catch (error) {
    if (error instanceof Error && ('packet' in error || ('code' in error && typeof error.code === 'number'))) {
      const why = 'its access list (ACL) has no such right for this user';
      throw new EnvironmentError('mqtt-denied', `${broker.shown} does not let us ${what}: ${why}`);
    }
    // A subscription fails a moment before the connection is known to be lost.
    throw (await closed) ?? lostConnection(broker, error);
  }
}

/** `debug`, which the library uses, prints whole packets, passwords included, when DEBUG says so. */
function loadMqtt(): typeof import('mqtt') {
  const { DEBUG } = process.env;
  delete process.env.DEBUG;
  try {
    return part('mqtt');
  } finally {
    if (DEBUG !== undefined) process.env.DEBUG = DEBUG;
  }
}
