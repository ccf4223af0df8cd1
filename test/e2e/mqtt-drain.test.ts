import { expect, test } from 'vitest';
import { jobEvent } from './mqtt-broker.ts';
import { JobWorld } from './mqtt-jobs.ts';
import { waitFor } from './wait-for.ts';

const MANY = 1500;
const jobs = Array.from({ length: MANY }, (_, index) => ({
  name: `many-${index}-creator-claude`,
  job: `many-${index}`,
}));
const completed = jobs.map(({ job }) => jobEvent(job, 'completed'));
const names = jobs.map(({ name }) => name);

test('an event ends the row and exactly its session, before it is acknowledged', async () => {
  const world = (await JobWorld.start({ sessions: ['api-creator-claude', 'api-creator-claude-2'] }))
    .register()
    .queueing();
  await world.broker.publish(jobEvent('job-api-creator-claude', 'completed'));

  expect(world.drain()).toMatchObject({ state: 'done', ended: 1, unsettled: 0 });

  expect(world.alive()).toEqual(['api-creator-claude-2', 'bystander']);
  expect(world.sandbox.row('api-creator-claude')).toMatchObject({
    status: 'terminated',
    termination_mode: 'auto-detected (MQTT completed)',
    termination_reason: 'job-completed',
    terminated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
    terminated_at_epoch: expect.any(Number),
  });
  expect(world.sandbox.row('api-creator-claude-2')).toMatchObject({ status: 'running' });
  expect(world.drain()).toMatchObject({ received: 0 });
  expect(world.sandbox.reconcile().drifts).toEqual([]);
});

test(`${MANY} queued events are all applied, none twice, in their order`, async () => {
  const world = (await JobWorld.start()).register(...jobs).queueing();
  await world.broker.publish(...completed);

  expect(world.drain()).toMatchObject({ state: 'done', ended: MANY, repeated: 0 });

  expect(new Set(Object.values(world.statuses()))).toEqual(new Set(['terminated']));
  expect(world.ended()).toEqual(names);
  expect(world.drain()).toMatchObject({ state: 'done', received: 0 });
});

test.for(['SIGTERM', 'SIGKILL'] as const)(
  'a broker that ends by %s in the middle and comes back costs no event',
  async (signal) => {
    const world = (await JobWorld.start({ broker: { saving: true } })).register(...jobs).queueing();
    await world.broker.publish(...completed);
    // What is acknowledged after this comes again when the broker is killed.
    await world.broker.save(`many-${MANY - 1}"`);

    world.wrapTmux('sleep 0.1; exec "$real" "$@"');
    const drain = world.background('drain');
    await waitFor('some events are applied', () => world.ended().length > 0);
    await world.broker.down(signal);
    expect(await drain.exit()).toBe(2);
    expect(drain.said).toMatch(/lost the connection to mqtt:\/\/127\.0\.0\.1:\d+: the /);
    expect(world.ended().length).toBeLessThan(MANY);

    await world.broker.up();
    expect(world.drain()).toMatchObject({ state: 'done' });
    expect(world.ended()).toEqual(names);
  },
);
