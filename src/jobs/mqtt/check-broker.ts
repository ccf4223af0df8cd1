/** What `doctor` says about the broker: can it be reached, does it keep events for us, may we read and publish them. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { broken, type Check, ok, warning, wordsOf } from '../../doctor/check.ts';
import { printable } from '../../render/printable.ts';
import { type Environment, type Settings, stateFolder } from '../../settings.ts';
import { eventsFilter, eventsTopic } from '../topics.ts';
import { type Broker, resolveBroker } from './broker.ts';
import { isTls } from './broker-url.ts';
import { type Connection, connect } from './connect.ts';
import { type Holder, leaseHolder, takeLease } from './lease.ts';
import { lastTrouble } from './trouble.ts';

const ANSWER_MS = 1500;
const LOOK_EVERY_MS = 20;
/** Where Mosquitto and some others say who they are. */
const VERSION_TOPIC = '$SYS/broker/version';

/** Connects, looks, and leaves everything as it was; publishes one harmless event (`probe`) to see whether it comes back. */
export async function checkBroker(settings: Settings, env: Environment): Promise<readonly Check[]> {
  const stateDir = stateFolder(env);
  try {
    const broker = resolveBroker(settings, env);
    if (!broker) return [ok('MQTT broker', 'none configured; everything else works without')];
    return [
      ...earlierTrouble(stateDir),
      ...encryption(broker),
      ...(await asked(broker)),
      ...(await session(broker, stateDir)),
    ];
  } catch (error) {
    return [
      ...earlierTrouble(stateDir),
      broken('MQTT broker', printable(wordsOf(error)), 'correct the setting that it names, or start the broker'),
    ];
  }
}

function earlierTrouble(stateDir: string): readonly Check[] {
  const trouble = lastTrouble(stateDir);
  return trouble === null
    ? []
    : [warning('last drain', `it failed: ${printable(trouble)}`, 'tmux-drift drain, once the rest here is in order')];
}

function encryption(broker: Broker): readonly Check[] {
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(broker.host);
  if (isTls(broker) || isNear) return [];
  const secret = broker.password === null ? '' : ', the password among it';
  return [
    warning(
      'MQTT encryption',
      `${broker.shown} is not encrypted: others on the way can read everything${secret}, and end sessions`,
      'use mqtts://',
    ),
  ];
}

/** Asks as a passer-by, so that no drain or subscriber is thrown out. */
async function asked(broker: Broker): Promise<readonly Check[]> {
  const heard = new Map<string, string>();
  const connection = await connect(broker, {
    passing: true,
    prepare: (client) => client.on('message', (topic, payload) => void heard.set(topic, payload.toString('utf8'))),
  });
  try {
    const rights = await checkRights(connection, heard);
    const version = await connection.subscribe(VERSION_TOPIC).then(
      () => until(() => heard.get(VERSION_TOPIC)),
      () => null,
    );
    const how = `MQTT ${broker.version === 4 ? '3.1.1' : '5'}, ${isTls(broker) ? 'TLS' : 'not encrypted'}`;
    return [
      ok('MQTT broker', `${broker.shown} answers: ${how}${version ? `, ${printable(version)}` : ''}`),
      rights,
      queue(connection, version),
    ];
  } finally {
    await connection.close();
  }
}

async function checkRights(
  { broker, subscribe, publish }: Connection,
  heard: ReadonlyMap<string, string>,
): Promise<Check> {
  const title = 'MQTT rights';
  const own = eventsTopic(broker.baseTopic, broker.clientId);
  const mend = `allow this user to read and write ${eventsFilter(broker.baseTopic)}`;
  try {
    await subscribe(eventsFilter(broker.baseTopic));
    await publish(own, JSON.stringify({ job_id: broker.clientId, event: 'probe' }));
  } catch (error) {
    return broken(title, printable(wordsOf(error)), mend);
  }
  if (await until(() => heard.get(own)))
    return ok(title, `job events on ${eventsFilter(broker.baseTopic)} can be read and published`);
  return broken(
    title,
    `what we publish on ${own} does not come back: the access list (ACL) denies reading or publishing, without a word`,
    mend,
  );
}

/** What happens to events while nobody drains. */
function queue({ connack, broker }: Connection, version: string | null): Check {
  const title = 'MQTT queue';
  const expiry = connack.properties?.sessionExpiryInterval;
  if (broker.version === 5 && expiry !== undefined && expiry < 24 * 3600)
    return warning(
      title,
      `the broker forgets our queue after ${expiry} s without us`,
      'raise its session expiry limit',
    );
  if (version?.startsWith('mosquitto')) {
    return ok(
      title,
      'while nobody drains, Mosquitto keeps 1000 events and drops newer ones (max_queued_messages); its restart forgets them unless it has `persistence true`',
    );
  }
  return ok(
    title,
    'while nobody drains, brokers keep about 1000 events and then drop some: see its documentation, and reconcile after a long absence',
  );
}

/** Does the broker keep a queue under our own client id? Looked at only when nobody is connected under it. */
async function session(broker: Broker, stateDir: string): Promise<readonly Check[]> {
  const title = 'MQTT session';
  // There is no place for a lease yet, and so nobody who could hold it.
  if (!existsSync(stateDir)) return [];
  const lease = await takeLease(stateDir, 'doctor', () => {});
  if (!lease) return [ok(title, inUse(leaseHolder(stateDir)))];
  try {
    const connection = await connect(broker, { prepare: leaveQueued });
    await connection.close();
    if (connection.sessionPresent) return [ok(title, `the broker keeps events for us (client id ${broker.clientId})`)];
    await forget(broker);
    return [warning(title, `the broker keeps no events for us yet (client id ${broker.clientId})`, 'tmux-drift drain')];
  } finally {
    await lease.release();
  }
}

const inUse = (holder: Holder | null): string =>
  holder ? `in use: a ${holder.kind} is connected (pid ${holder.pid})` : 'in use';

/** Messages are delivered as soon as we connect; without an acknowledgement they stay in the queue. */
const leaveQueued = (client: Connection['client']): void => {
  client.handleMessage = (_packet, done) => done(new Error('only looking'));
};

/** Looking has made a session; it goes again. */
async function forget(broker: Broker): Promise<void> {
  const connection = await connect(broker, { forget: true });
  await connection.close();
}

async function until<T>(look: () => T | undefined): Promise<T | null> {
  const end = performance.now() + ANSWER_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) return null;
    await sleep(LOOK_EVERY_MS);
  }
}
