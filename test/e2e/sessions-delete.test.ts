/** Ending sessions and jobs on purpose, on real tmux. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Terminal } from './harness.ts';
import { SessionsWorld } from './sessions-world.ts';
import { waitFor } from './wait-for.ts';

/** Two sessions side by side, the plugin at work. */
async function setUp() {
  const world = new SessionsWorld();
  world.sandbox.usePlugin();
  world.server.start('main');
  await waitFor('the plugin is loaded', () => world.server.option('@drift_count') === '0');
  return { world, name: world.create('claude', 'api'), other: world.create('claude', 'other') };
}

const settled = (world: SessionsWorld) =>
  waitFor(
    'the events are handled',
    () => world.sandbox.run('find', `${world.sandbox.state}/spool`, '-type', 'f') === '',
  );

describe('delete', () => {
  test('ends exactly that session, and nothing brings it back by itself', async () => {
    const { world, name, other } = await setUp();
    expect(world.sandbox.call('delete', name)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: `${name} on default deleted, its session ended\n`,
    });
    await settled(world);
    expect(world.sessions()).toEqual(['main', other]);
    expect(world.sandbox.row(name)).toMatchObject({ status: 'terminated', termination_reason: 'deleted' });
    expect(world.sandbox.reconcile().drifts).toEqual([]);
    expect(world.json('resume', '--lost')).toMatchObject({ sessions: [] });
    expect(world.json('resume', '--all')).toMatchObject({ sessions: [] });
    expect(world.statuses().map((status) => status.name)).toEqual([other]);
  });

  test('--archive keeps its row as archived, and does not register it anew', async () => {
    const { world, name, other } = await setUp();
    world.ok('delete', name, '--archive');
    await settled(world);
    expect(world.sandbox.rows().map(({ name: one, status }) => [one, status])).toEqual([
      [name, 'archived'],
      [other, 'running'],
    ]);
    expect(world.statuses('--all').map(({ session_state: state }) => state)).toEqual(['running', 'archived']);
  });

  test('leaves another session alone that has taken over the name', async () => {
    const { world, name } = await setUp();
    world.server.kill(name);
    await waitFor('its end is seen', () => world.sandbox.row(name)?.status === 'terminated');
    world.server.new(name, 'sleep 1000');
    expect(world.sandbox.call('delete', name).stderr).toMatch(
      /another one of its name was left alone|had no session any more/,
    );
    expect(world.sessions()).toContain(name);
    expect(world.sandbox.row(name)?.termination_reason).toBe('deleted');
  });

  test('works from inside the very session', async () => {
    const { world, name } = await setUp();
    const inside = world.server.new('inside-creator-claude', '-c', world.folder('api'));
    await waitFor('it is registered', () => world.sandbox.row('inside-creator-claude'));
    inside.tmux(
      'send-keys',
      '-t',
      inside.id('inside-creator-claude'),
      `exec '${world.binary}' delete inside-creator-claude`,
      'Enter',
    );
    await waitFor('it is deleted', () => world.sandbox.row('inside-creator-claude')?.termination_reason === 'deleted');
    expect(world.sessions()).not.toContain('inside-creator-claude');
    expect(world.sandbox.row(name)?.status).toBe('running');
  });

  test('changes nothing when the server does not answer', async () => {
    const { world, name } = await setUp();
    const { pid } = world.server;
    process.kill(pid, 'SIGSTOP');
    const { status, stderr } = world.sandbox.call('delete', name);
    process.kill(pid, 'SIGCONT');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^cannot end session .*: tmux did not answer in time\. Its row is as it was\n$/),
    ]);
    expect([world.sandbox.row(name)?.status, world.sessions().includes(name)]).toEqual(['running', true]);
  });

  test('a dry run ends nothing; a name that nobody has is refused', async () => {
    const { world, name } = await setUp();
    expect(world.sandbox.call('delete', name, '--dry-run').stderr).toBe(`${name} on default would be deleted\n`);
    expect([world.sandbox.row(name)?.status, world.sessions().includes(name)]).toEqual(['running', true]);
    expect(world.sandbox.call('delete', 'nobody')).toMatchObject({
      status: 2,
      stderr: "no session 'nobody' in the registry\n",
    });
  });

  test('asks which one when two servers have the name', async () => {
    const world = new SessionsWorld();
    const name = world.create('claude', 'api');
    world.create('claude', 'api', '--server', 'side', '--name', name);
    expect(world.sandbox.call('delete', name)).toMatchObject({
      status: 2,
      stderr: `'${name}' is on several servers (default, side). Next step: add --server NAME\n`,
    });
    world.ok('delete', name, '--server', 'side');
    expect(world.sandbox.rows().map(({ tmux_server, status }) => [tmux_server, status])).toEqual([
      ['default', 'running'],
      ['side', 'terminated'],
    ]);
    expect(world.sessions()).toEqual([name]);
  });
});

describe('jobs', () => {
  const jobOf = (world: SessionsWorld, name: string) => String(world.sandbox.row(name)?.delegate_job_id);
  const file = (world: SessionsWorld, id: string) =>
    JSON.parse(readFileSync(`${world.sandbox.state}/jobs/${id}.json`, 'utf8'));

  test.each([
    ['complete', 'completed'],
    ['fail', 'error'],
  ])('%s ends the job and its session, and tells the broker', async (command, event) => {
    const { world, name, other } = await setUp();
    world.sandbox.env.TMUX_DRIFT_MQTT_URL = 'mqtt://127.0.0.1:1';
    const id = jobOf(world, name);
    expect(world.sandbox.call('jobs', command, id, '--message', 'as it should')).toMatchObject({ status: 0 });
    expect(file(world, id)).toMatchObject({ state: event, message: 'as it should' });
    expect(world.sandbox.row(name)).toMatchObject({
      status: 'terminated',
      termination_mode: `auto-detected (MQTT ${event})`,
      termination_reason: `job-${event}`,
    });
    expect(world.sessions()).toEqual(['main', other]);
    const events = world.sandbox
      .run('sh', '-c', `cat '${world.sandbox.state}'/outbox/*`)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((one) => [one.job_id, one.event])).toEqual([
      [id, event],
      [id, 'terminated'],
    ]);
    expect(world.statuses().find((status) => status.name === name)?.state).toBe(`terminated · ${id} ${event}`);

    expect(world.sandbox.call('jobs', command, id).status).toBe(0);
    const opposite = command === 'complete' ? 'fail' : 'complete';
    expect(world.sandbox.call('jobs', opposite, id)).toMatchObject({
      status: 1,
      stderr: `job ${id} has ended already: ${event}\n`,
    });
    expect(file(world, id)).toMatchObject({ state: event });
  });

  test('a job is ended from inside its own session', async () => {
    const { world } = await setUp();
    const name = 'in-creator-claude';
    world.server.new(name, '-c', world.folder('api'));
    await waitFor('it is registered', () => world.sandbox.row(name));
    world.sandbox.run('sed', '-i', `/^- name: ${name}$/a\\  delegate_job_id: job-x`, world.sandbox.registry);
    world.server.tmux('send-keys', '-t', world.server.id(name), `exec '${world.binary}' jobs complete job-x`, 'Enter');
    await waitFor('it is over', () => world.sandbox.row(name)?.termination_reason === 'job-completed');
    await waitFor('its session has ended', () => !world.sessions().includes(name));
  });

  test('a session can be marked only, by @drift-on-job-end', async () => {
    const { world, name } = await setUp();
    world.server.tmux('set-option', '-g', '@drift-on-job-end', 'mark');
    world.ok('jobs', 'complete', jobOf(world, name));
    expect([world.sandbox.row(name)?.status, world.sessions().includes(name)]).toEqual(['terminated', true]);
  });

  test('are listed and shown; an unknown one is refused', async () => {
    const { world, name, other } = await setUp();
    const ids = [jobOf(world, name), jobOf(world, other)];
    expect(
      world
        .json<{ readonly jobs: readonly { readonly job_id: string }[] }>('jobs', 'list')
        .jobs.map(({ job_id: id }) => id),
    ).toEqual(ids);
    const listed = world.ok('jobs', 'list').trimEnd().split('\n');
    expect(listed[0]).toMatch(/^JOB +STATE +SESSION +AGE +PROMPT$/);
    expect(listed[1]).toMatch(new RegExp(`^${ids[0]} +working +${name} +\\d+s +say something$`));
    expect(world.ok('jobs', 'show', ids[0] ?? '')).toMatch(
      /^job_id: +job-.*\nstate: +working\n(?:.*\n)*\nsay something\n$/,
    );
    expect(world.sandbox.call('jobs', 'show', 'job-none')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("no job 'job-none'"),
    });
    expect(world.sandbox.call('jobs', 'complete', '../x')).toMatchObject({ status: 2 });
    expect(world.sandbox.call('jobs', 'complete', 'job-none').status).toBe(1);
  });
});

test('status on a terminal fits its width; in a pipe nothing is cut', async () => {
  const { world, name } = await setUp();
  const terminal = new Terminal(world.sandbox, world.server, 'main');
  world.server.tmux('send-keys', '-t', world.server.id('main'), `clear; '${world.binary}' status; echo done`, 'Enter');
  await waitFor('the table', () => terminal.screen().includes('done\n'));
  expect(terminal.screen()).toContain('SESSION');
  const lines = terminal.screen().split('\n');
  expect(lines.find((line) => line.startsWith('api-crea'))).toMatch(/running · job-/);
  expect(world.ok('status')).toContain(`${name} `);
  expect(world.ok('status')).toContain(' ~/work/api ');
});
