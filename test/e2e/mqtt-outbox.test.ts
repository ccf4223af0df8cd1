import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { EVENTS } from './mqtt-broker.ts';
import { JobWorld } from './mqtt-jobs.ts';
import { waitFor } from './wait-for.ts';

const gone = (index: number) => ({ name: `gone-${index}-creator-claude`, job: `gone-${index}` });

test('a row with a job that reconcile terminates is told to the broker, later when it cannot be reached now', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register(gone(1), gone(2));
  await world.broker.down();
  world.sandbox.reconcile();
  expect(world.sandbox.call('drain').status).toBe(2);
  await world.broker.up();
  const heard = await world.broker.listen(EVENTS);

  expect(world.drain()).toMatchObject({ sent: 2, no_end: 2 });

  await waitFor('both have been told', () => heard.length === 2);
  expect(heard[0]?.topic).toBe('python/mqtt/jobs/gone-1/events');
  expect(heard.map(({ text }) => JSON.parse(text))).toEqual(
    [1, 2].map((index) => ({
      job_id: `gone-${index}`,
      event: 'terminated',
      id: expect.any(String),
      session: `gone-${index}-creator-claude`,
      server: 'default',
      host: hostname(),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    })),
  );
  expect(world.drain()).toMatchObject({ sent: 0, received: 0 });
});

test('a row that an event ended is told, too', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register().queueing();
  const heard = await world.broker.listen(EVENTS);
  await world.broker.publish({
    topic: 'python/mqtt/jobs/job-a/events',
    payload: '{"job_id":"job-a","event":"completed"}',
  });
  world.drain();
  await waitFor('both were heard', () => heard.length === 2);
  expect(heard.map(({ text }) => JSON.parse(text).event)).toEqual(['completed', 'terminated']);
});

test('a subscriber sends what is queued by others at once', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register(gone(1));
  const subscriber = world.background('subscribe');
  await subscriber.says('subscribed to');
  const heard = await world.broker.listen(EVENTS);
  world.sandbox.reconcile();
  await waitFor('it was told', () => heard.length === 1);
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('without a broker nothing is queued', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register(gone(1));
  delete world.sandbox.env.TMUX_DRIFT_MQTT_URL;
  world.sandbox.reconcile();
  expect(world.sandbox.row('gone-1-creator-claude')?.status).toBe('terminated');
  expect(world.sandbox.read('.local/state/tmux-drift/outbox/000000000001.jsonl')).toBe('');
});

test('a drain that is killed while it sends loses none, and keeps the order', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register(
    ...Array.from({ length: 100 }, (_, index) => gone(index)),
  );
  world.sandbox.reconcile();
  const heard = await world.broker.listen(EVENTS);
  const drain = world.background('drain');
  await waitFor('some were sent', () => heard.length > 20);
  drain.process.kill('SIGKILL');
  await drain.exit();
  world.drain();
  const jobs = () => [...new Set(heard.map(({ text }) => JSON.parse(text).job_id))];
  await waitFor('all were sent', () => jobs().length === 100);
  expect(jobs()).toEqual(Array.from({ length: 100 }, (_, index) => `gone-${index}`));
});
