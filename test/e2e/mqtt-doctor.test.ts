import { expect, test } from 'vitest';
import { Sandbox } from './harness.ts';
import { jobEvent } from './mqtt-broker.ts';
import { JobWorld } from './mqtt-jobs.ts';

interface Check {
  readonly title: string;
  readonly state: string;
  readonly detail: string;
}

/** What `doctor` says about MQTT, by title. */
function examined(sandbox: Sandbox): Readonly<Record<string, Check>> {
  const { stdout, stderr } = sandbox.call('doctor', '--json');
  expect(stderr).toBe('');
  const checks: readonly Check[] = JSON.parse(stdout).checks;
  return Object.fromEntries(
    checks.filter(({ title }) => /^MQTT|last drain/.test(title)).map((check) => [check.title, check]),
  );
}

test('a broker that works, and what it keeps for us', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register();
  expect(examined(world.sandbox)).toMatchObject({
    'MQTT broker': {
      state: 'ok',
      detail: expect.stringMatching(
        /^mqtt:\/\/127\.0\.0\.1:\d+ answers: MQTT 3\.1\.1, not encrypted, mosquitto version \d/,
      ),
    },
    'MQTT rights': { state: 'ok' },
    'MQTT queue': { state: 'ok', detail: expect.stringContaining('max_queued_messages') },
    'MQTT session': {
      state: 'warning',
      detail: expect.stringMatching(/^the broker keeps no events for us yet \(client id tmux-drift-/),
    },
  });
  // Looking leaves nothing behind.
  expect(examined(world.sandbox)['MQTT session']?.state).toBe('warning');

  world.queueing();
  await world.broker.publish(jobEvent('job-a', 'completed'));
  expect(examined(world.sandbox)['MQTT session']).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('keeps events for us'),
  });
  expect(world.drain()).toMatchObject({ ended: 1 });

  const subscriber = world.background('subscribe');
  await subscriber.says('subscribed to');
  expect(examined(world.sandbox)['MQTT session']).toMatchObject({
    state: 'ok',
    detail: `in use: a subscriber is connected (pid ${subscriber.process.pid})`,
  });
  expect(subscriber.said).not.toMatch(/lost/);
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('a broker that cannot be reached, and the drain that failed of it', async () => {
  const world = (await JobWorld.start({ sessions: ['a'] })).register();
  await world.broker.down();
  world.sandbox.call('drain', '--quiet');
  expect(examined(world.sandbox)).toMatchObject({
    'last drain': { state: 'warning', detail: expect.stringContaining('nobody listens there') },
    'MQTT broker': { state: 'error', detail: expect.stringContaining('nobody listens there') },
  });
  await world.broker.up();
  world.drain();
  expect(examined(world.sandbox)['last drain']).toBeUndefined();
});

test('an access list that denies without a word', async () => {
  const world = await JobWorld.start({
    broker: (sandbox) => ({ conf: [`acl_file ${sandbox.write('acl', 'topic read $SYS/#\n')}`] }),
  });
  expect(examined(world.register().sandbox)['MQTT rights']).toMatchObject({
    state: 'error',
    detail: expect.stringMatching(/does not come back: the access list \(ACL\) denies/),
  });
});

test('no broker is no trouble', () => {
  const sandbox = new Sandbox();
  expect(examined(sandbox)).toEqual({
    'MQTT broker': expect.objectContaining({ state: 'ok', detail: 'none configured; everything else works without' }),
  });
});
