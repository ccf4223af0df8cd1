import { expect, test } from 'vitest';
import { binary } from './harness.ts';
import { jobEvent } from './mqtt-broker.ts';
import { JobWorld, Running } from './mqtt-jobs.ts';
import { waitFor } from './wait-for.ts';

const SESSIONS = ['a', 'b', 'c', 'd'];
const SUBSCRIBED = 'subscribed to python/mqtt/jobs/+/events';

async function subscribed(world: JobWorld, ...words: readonly string[]): Promise<Running> {
  const running = world.background(...(words.length > 0 ? words : ['subscribe']));
  await running.says(SUBSCRIBED);
  return running;
}

test('ends sessions as events come, one line each, and ends within a second of SIGTERM', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  const subscriber = await subscribed(world);
  await world.broker.publish(
    jobEvent('job-a', 'completed'),
    jobEvent('job-b', 'error'),
    jobEvent('other', 'completed'),
  );
  await waitFor('the sessions have ended', () => world.alive().join() === 'bystander,c,d');
  expect(world.statuses()).toEqual({ a: 'terminated', b: 'terminated', c: 'running', d: 'running' });
  await subscriber.says('job job-a completed: a (default) ended');
  await subscriber.says('job other completed: no session works on it');

  const told = performance.now();
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
  expect(performance.now() - told).toBeLessThan(1000);
  // What comes while nobody is connected waits.
  await world.broker.publish(jobEvent('job-c', 'completed'));
  expect(world.drain()).toMatchObject({ ended: 1 });
});

test('heeds @drift-on-job-end of the session’s own server, also when it was set since', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  const subscriber = await subscribed(world);
  world.sandbox.server().tmux('set-option', '-g', '@drift-on-job-end', 'mark');
  await world.broker.publish(jobEvent('job-a', 'completed'));
  await subscriber.says('job job-a completed: a (default) marked as terminated');
  expect(world.statuses()).toMatchObject({ a: 'terminated' });
  expect(world.alive()).toContain('a');
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('reconcile --subscribe repairs first, then stays', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register({ name: 'gone-creator-claude', job: 'gone' });
  const subscriber = await subscribed(world, 'reconcile', '--subscribe');
  expect(world.statuses()).toMatchObject({ 'gone-creator-claude': 'terminated', a: 'running' });
  await world.broker.publish(jobEvent('job-a', 'completed'));
  await waitFor('the session has ended', () => !world.alive().includes('a'));
  subscriber.process.kill('SIGINT');
  expect(await subscriber.exit()).toBe(0);
});

test('comes back when the broker does, and takes what was published before', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  const subscriber = await subscribed(world);
  await world.broker.down();
  await subscriber.says(/lost the connection to mqtt:.*\nconnecting again in \d/);
  await world.broker.up();
  await world.broker.publish(jobEvent('job-a', 'completed'));
  await subscriber.says(SUBSCRIBED, 2);
  // This broker has forgotten its sessions: what came before the new subscription is gone, what comes now is not.
  await world.broker.publish(jobEvent('job-b', 'completed'));
  await waitFor('the session has ended', () => !world.alive().includes('b'));
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('waits for a broker that is not there yet', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  await world.broker.down();
  const subscriber = world.background('subscribe');
  await subscriber.says('nobody listens there');
  await world.broker.up();
  await subscriber.says(SUBSCRIBED);
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('a registry that cannot be read stops nothing for good: the event waits, unacknowledged', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  const good = world.sandbox.read('.local/state/tmux-drift/agent-sessions.yaml');
  const subscriber = await subscribed(world);
  world.sandbox.writeRegistry('tmux_sessions: [\n');
  await world.broker.publish(jobEvent('job-a', 'completed'));
  await subscriber.says(/agent-sessions\.yaml:\d.*[\s\S]*trying again in/);
  expect(world.alive()).toContain('a');
  world.sandbox.writeRegistry(good);
  await waitFor('the session has ended', () => !world.alive().includes('a'));
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('two drains and one subscriber at once: nobody is thrown out, nothing is lost', async () => {
  const jobs = Array.from({ length: 60 }, (_, index) => ({ name: `many-${index}`, job: `many-${index}` }));
  const world = (await JobWorld.start({ sessions: SESSIONS })).register(...jobs).queueing();
  await world.broker.publish(...jobs.slice(0, 30).map(({ job }) => jobEvent(job, 'completed')));
  const drains = [world.background('drain'), world.background('drain')];
  const subscriber = world.background('subscribe');
  await world.broker.publish(...jobs.slice(30).map(({ job }) => jobEvent(job, 'completed')));

  expect(await Promise.all(drains.map((drain) => drain.exit()))).toEqual([0, 0]);
  await waitFor('all are applied', () => world.ended().length === 60);
  await subscriber.says(SUBSCRIBED);
  // While the subscriber is connected a drain has nothing to do, and says so.
  const { status, stderr } = world.sandbox.call('drain');
  expect([status, stderr]).toEqual([0, 'another drain or subscriber is connected and takes the events\n']);
  expect([...world.ended()].sort()).toEqual(jobs.map(({ name }) => name).sort());
  // Taken over means that a broker closes the older of two connections with one client id.
  expect(world.broker.log()).not.toMatch(/already connected|taken over|Socket error/);
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('a second subscriber stands by, and goes on when the first is killed', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  const first = await subscribed(world);
  const second = world.background('subscribe');
  await second.says('waiting until it ends');
  first.process.kill('SIGKILL');
  await second.says(SUBSCRIBED);
  await world.broker.publish(jobEvent('job-a', 'completed'));
  await waitFor('the session has ended', () => !world.alive().includes('a'));
  second.process.kill('SIGTERM');
  expect(await second.exit()).toBe(0);
});

test('a disk on which a write takes 2 seconds does not cost the connection', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  world.sandbox.write('.config/tmux-drift/config.yaml', 'mqtt: {keepalive: 2}\n');
  const slow = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', 'inject=rename:delay_enter=2000000'];
  const subscriber = new Running(world.sandbox, [...slow, binary, 'subscribe'], 'strace');
  await subscriber.says(SUBSCRIBED);
  const connections = () => world.broker.log().match(/New client connected.*tmux-drift-/g)?.length;
  for (const name of ['a', 'b', 'c']) {
    await world.broker.publish(jobEvent(`job-${name}`, 'completed'));
    await waitFor('the session has ended', () => !world.alive().includes(name), 15_000);
  }
  expect(subscriber.said).not.toMatch(/lost|again/);
  expect(connections()).toBe(1);
  process.kill(Number.parseInt(world.sandbox.read('.local/state/tmux-drift/mqtt.holder'), 10), 'SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});
