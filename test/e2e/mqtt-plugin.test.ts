/** The plugin on real tmux with the real binary: job events are taken whenever something else happens anyway. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { binary, root, type TmuxServer } from './harness.ts';
import { jobEvent } from './mqtt-broker.ts';
import { JobWorld } from './mqtt-jobs.ts';
import { waitFor } from './wait-for.ts';

/** Sessions with jobs, and the plugin loaded once, so that the broker keeps events for us. */
async function withPlugin(
  conf: Readonly<Record<string, string>> = {},
): Promise<{ readonly world: JobWorld; readonly server: TmuxServer; load(): void }> {
  const world = (await JobWorld.start({ sessions: ['a', 'b', 'c'] })).register();
  const server = world.sandbox.server();
  const options = { '@drift-bin': binary, '@drift-mqtt-url': world.broker.url, ...conf };
  for (const [name, value] of Object.entries(options)) server.tmux('set-option', '-g', name, value);
  // The server must find the broker by its option: its environment is older.
  delete world.sandbox.env.TMUX_DRIFT_MQTT_URL;
  const load = () => void server.tmux('run-shell', `${root}/plugin.tmux >/dev/null 2>&1`);
  return { world, server, load };
}

const connections = (world: JobWorld) => world.broker.log().match(/Client tmux-drift-\w+ disconnected/g)?.length ?? 0;

test('at load, after an event, and on the key', async () => {
  const { world, server, load } = await withPlugin();
  load();
  await waitFor('the plugin has drained at load', () => connections(world) === 1);

  await world.broker.publish(jobEvent('job-a', 'completed'));
  server.new('new-creator-claude', 'exec sleep 1000');
  await waitFor('the session has ended', () => !world.alive().includes('a'));
  expect(world.sandbox.row('a')).toMatchObject({ status: 'terminated', termination_reason: 'job-completed' });

  await world.broker.publish(jobEvent('job-b', 'completed'));
  world.sandbox.run(binary, 'event', 'key', `--socket=${server.socket}`);
  await waitFor('the session has ended', () => !world.alive().includes('b'));
  expect(world.alive()).toEqual(['bystander', 'c', 'new-creator-claude']);
});

test.for([
  ['on the key', binary, ['event', 'key']],
  [
    'after an event',
    `${root}/scripts/event.sh`,
    ['session-created', '--id=$7', '--name=x-creator-claude', '--left=$0', '--pid=1', '--started=1', `--bin=${binary}`],
  ],
] as const)('%s nobody waits for a broker', async ([, program, words]) => {
  const { world, server } = await withPlugin();
  // It takes every connection, and never says a word: a drain would wait 5 seconds.
  const silent = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  server.tmux('set-option', '-g', '@drift-mqtt-url', `mqtt://127.0.0.1:${port}`);
  const start = performance.now();
  world.sandbox.run(program, ...words, `--socket=${server.socket}`);
  expect(performance.now() - start).toBeLessThan(4000);
  const [connection] = await once(silent, 'connection');
  connection.destroy();
});

test('with @drift-repair off nothing is taken behind anybody’s back', async () => {
  const { world, load, server } = await withPlugin({ '@drift-repair': 'off' });
  world.queueing();
  await world.broker.publish(jobEvent('job-a', 'completed'));
  const before = connections(world);
  load();
  await waitFor('the plugin has reconciled', () => server.option('@drift_count') !== '');
  world.sandbox.run(binary, 'event', 'key', `--socket=${server.socket}`);
  await waitFor('the key has drained', () => connections(world) > before);
  expect(connections(world)).toBe(before + 1);
});
