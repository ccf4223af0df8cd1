/** Sessions come back with their conversations, on real tmux with the real binary and stand-in agents. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Terminal } from './harness.ts';
import { type ResumeReport, SessionsWorld } from './sessions-world.ts';
import { waitFor } from './wait-for.ts';

const outcomes = ({ sessions }: ResumeReport) =>
  Object.fromEntries(sessions.map(({ name, outcome }) => [name, outcome]));

describe('after the server was killed', () => {
  test('twenty sessions are found lost when the plugin loads, and come back with their conversations and folders', async () => {
    const world = new SessionsWorld();
    const wishes = Array.from(
      { length: 20 },
      (_, index) => [index % 5 === 4 ? 'codex' : 'claude', `p${index % 7}`] as const,
    );
    const names: string[] = [];
    for (let from = 0; from < 20; from += 4) names.push(...(await world.createTogether(wishes.slice(from, from + 4))));
    expect(new Set(names).size).toBe(20);
    const before = world.sandbox.rows();
    const ids = before.map(({ conversation }) => conversation?.id);
    expect(new Set(ids).size).toBe(20);

    await world.crash();
    world.sandbox.usePlugin();
    world.server.start('main');
    await waitFor(
      'the sessions are found lost',
      () => world.sandbox.rows().filter(({ termination_reason: why }) => why === 'lost').length === 20,
    );

    const report = world.json<ResumeReport>('resume', '--lost');
    expect(report.sessions.map(({ outcome }) => outcome)).toEqual(Array(20).fill('resumed'));
    const after = world.sandbox.rows();
    expect(after.map(({ name, status, conversation }) => [name, status, conversation?.id])).toEqual(
      before.map(({ name, conversation }) => [name, 'running', conversation?.id]),
    );
    expect(after.some((row) => 'terminated_at' in row || 'termination_reason' in row)).toBe(false);
    for (const [index, row] of before.entries()) {
      const folder = world.folder(wishes[names.indexOf(row.name)]?.[1] ?? '');
      const pane = world.server
        .tmux('list-panes', '-t', world.server.id(row.name), '-F', '#{pane_start_command} in #{pane_current_path}')
        .trim();
      expect(pane).toContain(`${ids[index]} in ${folder}`);
    }
    expect(world.sandbox.reconcile('--dry-run').drifts).toEqual([]);

    expect(world.json<ResumeReport>('resume', '--lost').sessions).toEqual([]);
    expect(world.sessions()).toHaveLength(21);
  }, 90_000);

  test('two resumes at once start nothing twice', async () => {
    const world = new SessionsWorld();
    await world.createTogether(Array(6).fill(['claude', 'p']));
    await world.crash();
    world.server.start('main');
    const [one, other] = await Promise.all([
      world.start(['resume', '--lost', '--json']).done,
      world.start(['resume', '--lost', '--json']).done,
    ]);
    const reports = [one, other].map(({ stdout }) => outcomes(JSON.parse(stdout)));
    for (const { name } of world.sandbox.rows()) {
      const got = reports.map((report) => report[name]).filter((outcome) => outcome !== undefined);
      expect(got.filter((outcome) => outcome === 'resumed')).toHaveLength(1);
      expect(got.filter((outcome) => outcome !== 'resumed' && outcome !== 'already-running')).toEqual([]);
    }
    expect([one.status, other.status]).toEqual([0, 0]);
    expect(world.sessions()).toHaveLength(7);
  });
});

test('at most four start at a time, with a bar on a terminal', async () => {
  const world = new SessionsWorld();
  // Without a live record nothing says when it is up, so that each takes its time.
  world.sandbox.env.STANDIN_NO_RECORD = '1';
  await world.createTogether(Array(6).fill(['claude', 'p']));
  await world.crash();
  world.server.start('main');
  const terminal = new Terminal(world.sandbox, world.server, 'main');
  // A login shell has its own idea of the PATH.
  const command = world.sandbox.write('resume', `PATH='${world.sandbox.env.PATH}' '${world.binary}' resume --lost\n`);
  world.server.tmux('send-keys', '-t', world.server.id('main'), `. '${command}'`, 'Enter');
  await waitFor('the bar', () => /resuming \[.*\] [0-5]\/6/.test(terminal.screen()));
  await waitFor('all are back', () => terminal.screen().includes('6 resumed'));
  const starts = world
    .panePids()
    .map(startTicks)
    .sort((one, other) => one - other);
  // The shell of the terminal is the first; the fifth agent came when one of the first four had settled.
  expect((starts[5] ?? 0) - (starts[1] ?? 0)).toBeGreaterThan(100);
});

/** When a process was started: hundredths of a second since boot. */
function startTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

/** One lost claude session, and its row. */
async function lost() {
  const world = new SessionsWorld();
  const name = world.create('claude', 'api');
  const row = world.sandbox.row(name);
  const id = row?.conversation?.id ?? '';
  const transcript = `${world.sandbox.home}/.claude/projects/${world.folder('api').replace(/[^a-zA-Z0-9]/g, '-')}/${id}.jsonl`;
  await world.crash();
  world.server.start('main');
  return { world, name, id, transcript };
}

const reasonOf = (world: SessionsWorld, ...words: readonly string[]) => {
  const { sessions } = world.json<ResumeReport>('resume', ...words);
  return `${sessions[0]?.outcome}: ${sessions[0]?.reason}`;
};

describe('a session is not resumed', () => {
  test('when its conversation is not on disk', async () => {
    const { world, name, id, transcript } = await lost();
    rmSync(transcript);
    expect(reasonOf(world, name)).toBe(
      `refused: conversation ${id} is not on disk: it was deleted, or nothing was ever said in it`,
    );
    expect(world.sandbox.call('resume', name).status).toBe(1);
    expect([world.sandbox.row(name)?.status, world.sessions()]).toEqual(['terminated', ['main']]);
  });

  test('when its folder is gone', async () => {
    const { world, name } = await lost();
    rmSync(world.folder('api'), { recursive: true });
    expect(reasonOf(world, name)).toMatch(/^refused: .*\/work\/api: the folder is gone$/);
  });

  test('when another process is in its conversation, inside tmux or not', async () => {
    const { world, name, id } = await lost();
    world.server.new('elsewhere', '-c', world.folder('api'), 'env', 'claude', '--resume', id);
    await waitFor('the other agent is up', () =>
      world.server.tmux('capture-pane', '-p', '-t', 'elsewhere').includes(id),
    );
    expect(reasonOf(world, name)).toMatch(/^refused: its conversation is open in another claude \(pid \d+\)$/);
    expect(world.sessions()).toEqual(['elsewhere', 'main']);
  });

  test('when a session of its name is at work', async () => {
    const { world, name } = await lost();
    world.server.new(name, 'sleep 1000');
    expect(reasonOf(world, name)).toMatch(/^refused: a session of its name \(\$\d+\) is at work$/);
  });

  test('when it runs, or nobody knows it', async () => {
    const { world, name } = await lost();
    expect(world.sandbox.call('resume', name).status).toBe(0);
    expect(reasonOf(world, name)).toBe('refused: it is not terminated');
    expect(world.sandbox.call('resume', 'nobody')).toMatchObject({
      status: 2,
      stderr: "no session 'nobody' in the registry\n",
    });
    expect(world.sandbox.call('resume')).toMatchObject({
      status: 2,
      stderr: 'resume what? Give names, --lost or --all\n',
    });
  });

  test('when its agent ends at once: the row is as it was, and its last words are told', async () => {
    const { world, name } = await lost();
    const before = world.sandbox.row(name);
    world.sandbox.write('bin/claude', '#!/bin/sh\nsleep 0.2\necho "your subscription has ended"; exit 3\n');
    world.sandbox.run('chmod', '+x', world.sandbox.file('bin/claude'));
    const path = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
    const { status, stdout } = await world.start(['resume', name, '--json'], { PATH: path }).done;
    expect([status, outcomes(JSON.parse(stdout))[name]]).toEqual([1, 'failed']);
    expect(stdout).toMatch(/it ended at once( with status 3)?: your subscription has ended/);
    const after = world.sandbox.row(name);
    expect([after?.status, after?.terminated_at, after?.termination_reason]).toEqual([
      'terminated',
      before?.terminated_at ?? after?.terminated_at,
      'lost',
    ]);
    expect(world.sessions()).toEqual(['main']);
  });
});

test('a bare shell that a restorer left under its name is taken over', async () => {
  const { world, name, id } = await lost();
  world.server.new(name, '-c', '/');
  const session = world.server.id(name);
  await waitFor('the shell is up', () => world.server.tmux('capture-pane', '-p', '-t', session).trim() !== '');
  expect(reasonOf(world, name)).toBe('resumed: null');
  expect(world.server.id(name)).toBe(session);
  expect(world.sandbox.row(name)).toMatchObject({ status: 'running', tmux_session_id: session, conversation: { id } });
  expect(world.server.tmux('display-message', '-p', '-t', session, '#{pane_current_path}').trim()).toBe(
    world.folder('api'),
  );
});

test('an agent of the config file comes back by its own templates', async () => {
  const world = new SessionsWorld();
  world.sandbox.write(
    '.config/tmux-drift/config.yaml',
    'agents:\n  goose:\n    start: goose session -n {id}\n    resume: goose session -r --session-id {id}\n',
  );
  world.sandbox.write('bin/goose', '#!/bin/sh\nread -r line\n');
  world.sandbox.run('chmod', '+x', world.sandbox.file('bin/goose'));
  world.sandbox.env.PATH = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
  const name = world.ok('create', '--agent', 'goose', '--cwd', world.folder('api')).trim();
  const id = world.sandbox.row(name)?.conversation?.id;
  const command = () =>
    world.server.tmux('list-panes', '-t', world.server.id(name), '-F', '#{pane_start_command}').trim();
  expect([name, command()]).toEqual(['api-creator-goose', `goose session -n ${id}`]);
  await world.crash();
  world.server.start('main');
  expect(outcomes(world.json<ResumeReport>('resume', '--lost'))).toEqual({ [name]: 'resumed' });
  expect([command(), world.sandbox.row(name)?.conversation?.id]).toEqual([`goose session -r --session-id ${id}`, id]);
});

test("an agent's own flags are kept, and what agents tell their children does not leak", async () => {
  const world = new SessionsWorld();
  const leak = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'x', CODEX_THREAD_ID: 'x', ANTIGRAVITY_CONVERSATION_ID: 'x' };
  Object.assign(world.sandbox.env, leak, { CLAUDE_CODE_USE_BEDROCK: '1' });
  // The server was started from inside an agent, so every pane of it gets all that.
  world.server.start('main');
  const name = world.create('claude', 'api', '--', '--model', 'opus');
  const environment = () =>
    world.sandbox.run(
      'cat',
      `/proc/${world.server.tmux('display-message', '-p', '-t', world.server.id(name), '#{pane_pid}').trim()}/environ`,
    );
  for (const variable of Object.keys(leak)) expect(environment()).not.toContain(`${variable}=`);
  expect(environment()).toContain('CLAUDE_CODE_USE_BEDROCK=1');
  await world.crash();
  world.server.start('main');
  world.ok('resume', '--lost');
  const command = world.server.tmux('list-panes', '-t', world.server.id(name), '-F', '#{pane_start_command}');
  expect(command).toMatch(/claude --model opus --resume/);
  for (const variable of Object.keys(leak)) expect(environment()).not.toContain(`${variable}=`);
});

test('a dry run says the same and does nothing', async () => {
  const { world, name, id } = await lost();
  world.ok('reconcile');
  const before = [
    statSync(world.sandbox.registry).mtimeMs,
    world.sandbox.run('find', world.sandbox.state, '-type', 'f'),
  ];
  expect(world.json('resume', '--lost', '--dry-run')).toEqual({
    format_version: '1.0',
    sessions: [{ name, server: 'default', outcome: 'resumed', conversation_id: id, reason: null }],
    dry_run: true,
  });
  expect([
    statSync(world.sandbox.registry).mtimeMs,
    world.sandbox.run('find', world.sandbox.state, '-type', 'f'),
  ]).toEqual(before);
  expect(world.sessions()).toEqual(['main']);
});

test('--all brings back what ended otherwise too, but not what was closed or deleted', async () => {
  const world = new SessionsWorld();
  world.server.start('main');
  const [kept, deleted] = [world.create('claude', 'kept'), world.create('claude', 'deleted')];
  world.ok('delete', deleted);
  world.ok('jobs', 'fail', `${world.sandbox.row(kept)?.delegate_job_id}`);
  expect(world.json<ResumeReport>('resume', '--lost').sessions).toEqual([]);
  expect(outcomes(world.json<ResumeReport>('resume', '--all'))).toEqual({ [kept]: 'resumed' });
  expect(outcomes(world.json<ResumeReport>('resume', deleted))).toEqual({ [deleted]: 'resumed' });
});
