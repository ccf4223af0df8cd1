/** What a message may not do: anything but end the session of the job that it names. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventTopic, jobEvent, type Publication } from './mqtt-broker.ts';
import { JobWorld } from './mqtt-jobs.ts';
import { waitFor } from './wait-for.ts';

const SESSIONS = ['api', 'api-2', 'apis'];

async function setUp(): Promise<JobWorld> {
  return (await JobWorld.start({ sessions: SESSIONS })).register().queueing();
}

const raw = (topic: string, payload: string | Buffer): Publication => ({ topic, payload });

test('messages that are no proper event end nothing, break nothing, and do not stay in the queue', async () => {
  const world = await setUp();
  const before = world.sandbox.read('.local/state/tmux-drift/agent-sessions.yaml');
  const topic = eventTopic('job-api');
  const event = { job_id: 'job-api', event: 'completed' };
  await world.broker.publish(
    raw(topic, ''),
    raw(topic, 'completed'),
    raw(topic, Buffer.from([0xff, 0xfe, 0x00])),
    raw(topic, '[]'),
    raw(topic, 'null'),
    raw(topic, '{"job_id":"job-api"}'),
    raw(topic, '{"event":"completed"}'),
    raw(topic, JSON.stringify({ ...event, job_id: 7 })),
    raw(topic, JSON.stringify({ ...event, event: ['completed'] })),
    raw(topic, JSON.stringify({ ...event, event: 'Completed' })),
    raw(topic, JSON.stringify({ ...event, event: 'terminated' })),
    raw(topic, JSON.stringify({ ...event, job_id: 'job-api-2' })),
    raw(topic, JSON.stringify({ ...event, padding: 'x'.repeat(70_000) })),
    raw(
      topic,
      `{"job_id":"job-api","event":"completed",${Array.from({ length: 2000 }, (_, index) => `"k${index}":1`).join()}}`,
    ),
    raw(topic, '['.repeat(60_000)),
    jobEvent('nobody', 'completed'),
    jobEvent('*', 'completed'),
    jobEvent('api', 'completed'),
  );

  expect(world.drain()).toMatchObject({ ended: 0, ignored: 13, unknown_job: 3, no_end: 2, unsettled: 0 });
  expect(world.sandbox.read('.local/state/tmux-drift/agent-sessions.yaml')).toBe(before);
  expect(world.alive()).toEqual([...SESSIONS, 'bystander'].sort());
  expect(world.drain()).toMatchObject({ received: 0 });
});

test('a stored message ends nothing', async () => {
  const world = (await JobWorld.start({ sessions: SESSIONS })).register();
  await world.broker.publish({ ...jobEvent('job-api', 'completed'), retain: true });
  // The first subscription, and every later one, gets what is stored.
  expect(world.drain()).toMatchObject({ received: 1, ignored: 1, ended: 0 });
  expect(world.drain()).toMatchObject({ ended: 0 });
  expect(world.alive()).toEqual([...SESSIONS, 'bystander'].sort());
});

test('an error is an end, too; other rows of the server stay', async () => {
  const world = await setUp();
  await world.broker.publish(jobEvent('job-api', 'error', { message: 'out of memory' }));
  world.drain();
  expect(world.sandbox.row('api')).toMatchObject({
    termination_mode: 'auto-detected (MQTT error)',
    termination_reason: 'job-error',
  });
  expect(world.alive()).toEqual(['api-2', 'apis', 'bystander']);
});

test('@drift-on-job-end mark leaves the session alone', async () => {
  const world = await setUp();
  world.sandbox.server().tmux('set-option', '-g', '@drift-on-job-end', 'mark');
  await world.broker.publish(jobEvent('job-api', 'completed'));
  expect(world.drain()).toMatchObject({ ended: 1 });
  expect(world.statuses()).toMatchObject({ api: 'terminated' });
  expect(world.alive()).toContain('api');
});

test('a row without session id or epoch means the session of exactly its name', async () => {
  const world = await setUp();
  const row = (name: string) =>
    `- {name: ${name}, status: running, tmux_server: default, delegate_job_id: job-${name}}\n`;
  world.sandbox.writeRegistry(`tmux_sessions:\n${row('api')}${row('ap')}${row('a*')}`);
  await world.broker.publish(jobEvent('job-api', 'completed'), jobEvent('job-ap', 'completed'));
  expect(world.drain()).toMatchObject({ ended: 2 });
  expect(world.alive()).toEqual(['api-2', 'apis', 'bystander']);
});

test('an id that is another session by now is spared', async () => {
  const world = await setUp();
  const server = world.sandbox.server();
  // A new life of the server gives the same ids again.
  const { pid } = server;
  server.tmux('kill-server');
  await waitFor('the server is gone', () => !existsSync(`/proc/${pid}`));
  server.start('bystander', '/dev/null', 'exec sleep 1000');
  for (const name of ['other', 'api-2', 'apis']) server.new(name, 'exec sleep 1000');
  await world.broker.publish(jobEvent('job-api', 'completed'), jobEvent('job-api-2', 'error'));
  expect(world.drain()).toMatchObject({ ended: 2, unsettled: 0 });
  expect(world.alive()).toEqual(['api-2', 'apis', 'bystander', 'other']);
  expect(world.journal()).toContainEqual(
    expect.objectContaining({ what: 'refused', msg: expect.stringContaining('another session by now') }),
  );
});

test('an event that is older than the session which works on the job now ends nothing', async () => {
  const world = await setUp();
  const before = new Date(Date.now() - 3_600_000).toISOString();
  await world.broker.publish(
    jobEvent('job-api', 'completed', { time: before }),
    jobEvent('job-api-2', 'completed', { time: new Date().toISOString() }),
  );
  expect(world.drain()).toMatchObject({ too_old: 1, ended: 1 });
  expect(world.alive()).toEqual(['api', 'apis', 'bystander']);
});

test('a session that tmux does not end keeps its event for one more time, not for ever', async () => {
  const world = await setUp();
  world.wrapTmux('case "$*" in *kill-session*) exec sleep 5;; esac\nexec "$real" "$@"');
  await world.broker.publish(jobEvent('job-api', 'completed'));
  expect(world.drain()).toMatchObject({ ended: 1, unsettled: 1 });
  expect(world.drain()).toMatchObject({ repeated: 1, unsettled: 0 });
  expect(world.drain()).toMatchObject({ received: 0 });
  world.unwrapTmux();
  expect(world.sandbox.reconcile().drifts).toMatchObject([{ class: 'E', kind: 'still-alive', name: 'api' }]);
});

test('an unreadable registry leaves events where they are', async () => {
  const world = await setUp();
  const good = world.sandbox.read('.local/state/tmux-drift/agent-sessions.yaml');
  await world.broker.publish(jobEvent('job-api', 'completed'));
  world.sandbox.writeRegistry('tmux_sessions: [\n');
  const { status, stderr } = world.sandbox.call('drain');
  expect([status, stderr]).toEqual([2, expect.stringContaining('agent-sessions.yaml:')]);
  world.sandbox.writeRegistry(good);
  expect(world.drain()).toMatchObject({ ended: 1 });
  expect(world.alive()).toEqual(['api-2', 'apis', 'bystander']);
});

test('without a registry: exit 1, and the events stay queued', async () => {
  const world = await setUp();
  await world.broker.publish(jobEvent('job-api', 'completed'));
  const good = world.sandbox.read('.local/state/tmux-drift/agent-sessions.yaml');
  world.sandbox.run('rm', world.sandbox.registry);
  expect(world.sandbox.call('drain')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ERROR: .* not found/),
  });
  world.sandbox.writeRegistry(good);
  expect(world.drain()).toMatchObject({ ended: 1 });
});

test('without a broker: said in one line, and nothing at all for the plugin', async () => {
  const world = await setUp();
  delete world.sandbox.env.TMUX_DRIFT_MQTT_URL;
  expect(world.sandbox.call('drain')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^no broker is configured.*\n$/),
  });
  expect(world.sandbox.call('subscribe')).toMatchObject({ status: 2 });
  expect(world.sandbox.call('drain', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
});
