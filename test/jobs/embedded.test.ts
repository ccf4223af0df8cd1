/** Against a broker in this process, whose semantics differ from Mosquitto's: it lets the mark overtake what is queued, and speaks 3.1.1 only. */
import { expect, onTestFinished, test } from 'vitest';
import type { Broker } from '../../src/jobs/mqtt/broker.ts';
import { drain } from '../../src/jobs/mqtt/drain.ts';
import { subscribe } from '../../src/jobs/mqtt/subscribe.ts';
import { waitFor } from '../e2e/wait-for.ts';
import { embeddedBroker, webSocketFront } from './embedded-broker.ts';
import { brokerAt, type JobBench, jobBench, jobEvent } from './job-bench.ts';

const JOBS = Array.from({ length: 40 }, (_, index) => `job-${index}`);
const all = (status: string) => JOBS.map(() => status);
const drained = ({ context }: JobBench, capMs = 10_000) => drain({ ...context, capMs });

function subscribed(bench: JobBench): { readonly done: Promise<void>; stop(): Promise<void> } {
  const stop = new AbortController();
  const done = subscribe({ ...bench.context, stop: stop.signal });
  const end = async () => {
    stop.abort();
    await done;
  };
  onTestFinished(async () => {
    stop.abort();
    await Promise.allSettled([done]);
  });
  return { done, stop: end };
}

const code = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error);
const failure = (work: Promise<unknown>) => work.then(() => null, code);

test('takes all that is queued, once', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), JOBS);
  expect(await drained(bench)).toMatchObject({ state: 'done', applied: [] });
  await broker.publish(...JOBS.map((job) => jobEvent(job, 'completed')));
  const { state, applied } = await drained(bench);
  expect(state).toBe('done');
  expect(applied.filter(({ kind }) => kind === 'ended')).toHaveLength(JOBS.length);
  expect(bench.statuses()).toEqual(all('terminated'));
  expect(await drained(bench)).toMatchObject({ state: 'done', applied: [] });
});

test('takes all that is queued also where the mark comes back before it', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), ['a']);
  await drained(bench);
  const many = Array.from({ length: 500 }, () => jobEvent('a', 'progress'));
  await broker.publish(...many);
  expect((await drained(bench)).applied).toHaveLength(many.length);
});

test('stops when its time is up, and the next one goes on', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), JOBS);
  await drained(bench);
  await broker.publish(...JOBS.map((job) => jobEvent(job, 'completed')));
  expect(await drained(bench, 1)).toMatchObject({ state: 'capped' });
  expect(await drained(bench)).toMatchObject({ state: 'done' });
  expect(bench.statuses()).toEqual(all('terminated'));
});

test('a stored event ends nothing', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), ['a']);
  await broker.publish({ ...jobEvent('a', 'completed'), retain: true });
  expect(await drained(bench)).toMatchObject({ applied: [{ kind: 'ignored' }] });
  expect(bench.statuses()).toEqual(['running']);
});

test('WebSockets do as well', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(await webSocketFront(broker)), ['a']);
  await drained(bench);
  await broker.publish(jobEvent('a', 'completed'));
  await drained(bench);
  expect(bench.statuses()).toEqual(['terminated']);
});

test.for<[string, Partial<Broker>, string]>([
  ['a version of MQTT that it does not speak', { version: 5 }, 'mqtt-protocol'],
  ['a wrong password', { username: 'u', password: 'wrong' }, 'mqtt-auth'],
  ['events that we may not read', { username: 'u', password: 'blind' }, 'mqtt-denied'],
])('%s: refused for good, also for a subscriber', async ([, overrides, reason]) => {
  const broker = await embeddedBroker({
    authenticate: (_client, user, password, done) => done(null, user === undefined || password?.toString() !== 'wrong'),
    authorizeSubscribe: (_client, _subscription, done) => done(null, null),
  });
  const bench = jobBench(brokerAt(broker.url, overrides), ['a']);
  expect(await failure(drained(bench))).toBe(reason);
  expect(await failure(subscribed(bench).done)).toBe(reason);
  expect(bench.statuses()).toEqual(['running']);
});

test('nobody listens: a drain gives up, and says where', async () => {
  const bench = jobBench(brokerAt('mqtt://127.0.0.1:1'), ['a']);
  await expect(drained(bench)).rejects.toThrow('cannot connect to mqtt://127.0.0.1:1: nobody listens there');
});

test('a subscriber applies events as they come and ends when told to', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), JOBS);
  const { stop } = subscribed(bench);
  await waitFor('it is subscribed', () => bench.said.includes('subscribed to python/mqtt/jobs/+/events'));
  await broker.publish(...JOBS.map((job) => jobEvent(job, 'error')));
  await waitFor('all are applied', () => bench.statuses().every((status) => status === 'terminated'));
  const told = performance.now();
  await stop();
  expect(performance.now() - told).toBeLessThan(1000);
});

test('while a subscriber is connected, a drain leaves the events to it', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), ['a']);
  subscribed(bench);
  await waitFor('it is subscribed', () => bench.said.length > 0);
  expect(await drained(bench)).toMatchObject({ state: 'busy' });
  expect(bench.said.filter((line) => /lost/.test(line))).toEqual([]);
});

test('a client that takes our session away is said to be one, and we come back later each time', async () => {
  const broker = await embeddedBroker();
  const bench = jobBench(brokerAt(broker.url), ['a']);
  subscribed(bench);
  await waitFor('it is subscribed', () => bench.said.length > 0);
  // Another state folder, the same client id: what the lease cannot see.
  const other = jobBench(brokerAt(broker.url), ['a']);
  await drained(other);
  await waitFor('it was thrown out', () => bench.said.some((line) => /lost the connection/.test(line)));
  await waitFor('it is back', () => bench.said.filter((line) => line.startsWith('subscribed')).length === 2);
});
