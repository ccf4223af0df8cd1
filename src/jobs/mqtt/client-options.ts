import type { IClientOptions } from 'mqtt';
import type { Broker } from './broker.ts';

/** Seconds that an MQTT 5 broker is asked to keep our queue; 3.1.1 knows no such time. */
const SESSION_EXPIRY_S = 30 * 24 * 3600;
/** How many events an MQTT 5 broker may send before the first is acknowledged, and so the size of a batch. */
const RECEIVE_MAXIMUM = 200;
/** More than a job event can be, less than what would hurt. */
const LARGEST_PACKET = 256 * 1024;

/** Given as options and not as a URL: the library would take a client id out of its query. */
export const clientOptions = (broker: Broker, passing: boolean, clean: boolean, timeoutMs: number): IClientOptions => ({
  manualConnect: true,
  protocol: broker.protocol,
  host: broker.host,
  hostname: broker.host,
  port: broker.port,
  path: broker.path,
  protocolVersion: broker.version,
  clientId: passing ? `${broker.clientId}-${process.pid}` : broker.clientId,
  clean,
  keepalive: broker.keepalive,
  connectTimeout: timeoutMs,
  // Each connection is one of ours; the library's own reconnecting knows no growing delay.
  reconnectPeriod: 0,
  resubscribe: false,
  rejectUnauthorized: true,
  ...(broker.username === null ? {} : { username: broker.username }),
  ...(broker.password === null ? {} : { password: broker.password }),
  ...(broker.ca === null ? {} : { ca: broker.ca }),
  ...(broker.cert === null || broker.key === null ? {} : { cert: broker.cert, key: broker.key }),
  ...(broker.version === 5 ? { properties: version5(clean) } : {}),
});

const version5 = (clean: boolean): NonNullable<IClientOptions['properties']> => ({
  sessionExpiryInterval: clean ? 0 : SESSION_EXPIRY_S,
  receiveMaximum: RECEIVE_MAXIMUM,
  maximumPacketSize: LARGEST_PACKET,
});
