/** `create` on real tmux: everything that belongs together comes into being together, or not at all. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SessionsWorld } from './sessions-world.ts';
import { waitFor } from './wait-for.ts';

const job = (world: SessionsWorld, id: unknown) =>
  JSON.parse(readFileSync(`${world.sandbox.state}/jobs/${id}.json`, 'utf8'));

test('starts an agent in a conversation that we chose, and registers it', () => {
  const world = new SessionsWorld();
  const created = world.json<{ readonly conversation_id: string; readonly name: string }>(
    'create',
    '--agent',
    'claude',
    '--cwd',
    world.folder('api'),
  );
  expect(created).toMatchObject({
    name: 'api-creator-claude',
    server: 'default',
    agent: 'claude',
    job_id: null,
    dry_run: false,
  });
  const [row, ...others] = world.sandbox.rows();
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    name: 'api-creator-claude',
    status: 'running',
    tmux_session_id: '$0',
    claude_session_id_own: created.conversation_id,
    conversation: { id: created.conversation_id, source: 'chosen' },
    pane: { pid: world.panePids()[0], cmd: 'claude', cmd_full: 'claude', cwd: world.folder('api') },
    child_pid: world.panePids()[0],
  });
  expect(world.server.tmux('list-windows', '-a', '-F', '#{window_width}x#{window_height} #{pane_start_command}')).toBe(
    `140x40 claude --session-id ${created.conversation_id}\n`,
  );
  expect(world.sandbox.reconcile('--dry-run').drifts).toEqual([]);
});

test('gives names that are free, and refuses those that tmux would change', () => {
  const world = new SessionsWorld();
  const create = (...words: readonly string[]) =>
    world.sandbox.call('create', '--agent', 'claude', '--cwd', world.folder('my.api'), ...words);
  expect(['my_api-creator-claude', 'my_api-2-creator-claude'].map(() => create().stdout.trim())).toEqual([
    'my_api-creator-claude',
    'my_api-2-creator-claude',
  ]);
  for (const name of ['a.b', 'a:b', 'a\tb', '', '=a', 'a$b']) {
    expect(create('--name', name)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^session name '.*': .*\. Next step: choose another --name\n$/),
    });
  }
  expect(create('--name', 'my_api-creator-claude')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('there is a session my_api-creator-claude already'),
  });
  expect(world.sandbox.rows()).toHaveLength(2);
});

test('starts on the server that it is run in, unless told otherwise', () => {
  const world = new SessionsWorld();
  const side = world.sandbox.server('side').start('main');
  const create = (...words: readonly string[]) =>
    world.ok('create', '--agent', 'claude', '--cwd', world.folder('api'), ...words);
  world.sandbox.env.TMUX = `${side.socket},${side.pid},0`;
  create();
  world.sandbox.env.TMUX_SERVER_NAME = 'named';
  create();
  create('--server', world.sandbox.file('t/by-path'));
  expect(world.sandbox.rows().map(({ tmux_server, tmux_socket }) => [tmux_server, tmux_socket])).toEqual([
    ['side', side.socket],
    ['named', world.sandbox.server('named').socket],
    [world.sandbox.file('t/by-path'), world.sandbox.file('t/by-path')],
  ]);
  expect(side.tmux('list-sessions', '-F', '#{session_name}')).toBe('api-creator-claude\nmain\n');
  world.sandbox.run('tmux', '-S', world.sandbox.file('t/by-path'), 'kill-server');
});

describe('a job', () => {
  test('is a file of its own, named in the row, and its prompt is an argument of the agent', () => {
    const world = new SessionsWorld();
    const name = world
      .ok(
        'create',
        '--agent',
        'claude',
        '--cwd',
        world.folder('api'),
        '--submit-job',
        'say "hi" #{x}; $HOME\nand more;',
      )
      .trim();
    const row = world.sandbox.row(name);
    const id = row?.delegate_job_id;
    expect(job(world, id)).toMatchObject({
      job_id: id,
      state: 'working',
      session: name,
      prompt: 'say "hi" #{x}; $HOME\nand more;',
    });
    expect(statSync(`${world.sandbox.state}/jobs/${id}.json`).mode & 0o777).toBe(0o600);
    const cmdline = readFileSync(`/proc/${world.panePids()[0]}/cmdline`, 'utf8').split('\0');
    expect(cmdline.slice(0, 5)).toEqual([
      'claude',
      '--session-id',
      row?.conversation?.id,
      '--',
      'say "hi" #{x}; $HOME\nand more;',
    ]);
    expect(world.statuses()[0]?.state).toBe(`running · ${id} working`);
  });

  test('is pasted where the agent takes no prompt as an argument, and read from stdin with -', async () => {
    const world = new SessionsWorld();
    const child = world.start(
      ['create', '--agent', 'agy', '--cwd', world.folder('api'), '--submit-job', '-'],
      {},
      'write a poem\n',
    );
    expect(await child.done).toMatchObject({ status: 0, stdout: 'api-creator-agy\n' });
    const row = world.sandbox.row('api-creator-agy');
    expect(job(world, row?.delegate_job_id)).toMatchObject({ state: 'working', prompt: 'write a poem' });
    // Its conversation begins with its first turn, so it has one now.
    expect(row?.agy_conversation_id_own).toMatch(/^[0-9a-f-]{36}$/);
    expect(
      world.sandbox.run(
        'cat',
        `${world.sandbox.home}/.gemini/antigravity-cli/brain/${row?.agy_conversation_id_own}/.system_generated/logs/transcript.jsonl`,
      ),
    ).toContain('write a poem');
    expect(world.server.tmux('list-buffers')).toBe('');
  });

  test.each([
    ['is empty', ' \n'],
    ['holds what a terminal would act on', 'a\x1b[201~b'],
  ])('is refused when its prompt %s', (_, prompt) => {
    const world = new SessionsWorld();
    expect(world.sandbox.call('create', '--agent', 'claude', '--submit-job', prompt)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^the prompt /),
    });
    expect(world.sandbox.rows()).toEqual([]);
  });
});

describe('when a step fails, nothing is half done and the message says what to do:', () => {
  /** A world with a server, so that "no session" can be told from "no server". */
  function ready() {
    const world = new SessionsWorld();
    world.server.start('main');
    return world;
  }
  const wanted = (world: SessionsWorld) => [
    'create',
    '--agent',
    'claude',
    '--cwd',
    world.folder('api'),
    '--submit-job',
    'go',
  ];
  function expectNothing(world: SessionsWorld) {
    expect([world.sessions(), world.sandbox.rows(), world.jobs()]).toEqual([['main'], [], []]);
  }

  test('the agent is not installed', () => {
    const world = ready();
    world.sandbox.env.PATH = '/usr/bin:/bin';
    expect(world.sandbox.call(...wanted(world))).toMatchObject({
      status: 2,
      stderr:
        'cannot start claude: claude is not on the PATH. Next step: install it, or start tmux-drift where it is\n',
    });
    expectNothing(world);
  });

  test('nobody knows the agent', () => {
    const world = ready();
    expect(world.sandbox.call('create', '--agent', 'clod').stderr).toBe(
      "unknown agent 'clod': there are claude, agy, codex. Others: `agents` in the config file\n",
    );
  });

  test('its folder is not there', () => {
    const world = ready();
    expect(world.sandbox.call('create', '--agent', 'claude', '--cwd', '/nowhere')).toMatchObject({
      status: 2,
      stderr: 'cannot start in /nowhere: the folder is gone\n',
    });
    expectNothing(world);
  });

  test('the agent ends at once', () => {
    const world = ready();
    world.sandbox.write('bin/claude', '#!/bin/sh\necho "not logged in"; exit 7\n');
    chmodSync(world.sandbox.file('bin/claude'), 0o755);
    world.sandbox.env.PATH = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
    const { status, stderr } = world.sandbox.call(...wanted(world));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/it ended at once( with status 7)?: not logged in/)]);
    expect(world.sessions()).toEqual(['main']);
    // Where it was registered by then, the row says that it has ended, and that nobody wants it back.
    for (const row of world.sandbox.rows())
      expect(row).toMatchObject({ status: 'terminated', termination_reason: 'closed' });
    for (const file of world.jobs()) expect(job(world, file.replace('.json', ''))).toMatchObject({ state: 'error' });
    expect(world.jobs()).toHaveLength(world.sandbox.rows().length);
  });

  test('tmux refuses', () => {
    const world = ready();
    world.sandbox.write(
      'bin/tmux',
      '#!/bin/sh\ncase "$*" in *new-session*) echo "no space for a session" >&2; exit 1;; esac\nexec /usr/bin/tmux "$@"\n',
    );
    chmodSync(world.sandbox.file('bin/tmux'), 0o755);
    const path = world.sandbox.env.PATH;
    world.sandbox.env.PATH = `${world.sandbox.file('bin')}:${path}`;
    expect(world.sandbox.call(...wanted(world))).toMatchObject({
      status: 2,
      stderr: 'tmux new-session on default: no space for a session\n',
    });
    world.sandbox.env.PATH = path;
    expectNothing(world);
  });

  test('tmux is not there', () => {
    const world = ready();
    const path = world.sandbox.env.PATH;
    world.sandbox.env.PATH = world.sandbox.write('empty/x', '').replace('/x', '');
    expect(world.sandbox.call('create', '--agent', 'claude').status).toBe(2);
    world.sandbox.env.PATH = path;
    expectNothing(world);
  });

  test('the server does not answer', () => {
    const world = ready();
    const { pid } = world.server;
    process.kill(pid, 'SIGSTOP');
    const { status, stderr } = world.sandbox.call(...wanted(world));
    process.kill(pid, 'SIGCONT');
    expect([status, stderr]).toEqual([2, 'cannot ask tmux server default: tmux did not answer in time\n']);
    expectNothing(world);
  });

  test('somebody keeps the registry locked', async () => {
    const world = ready();
    const { child } = world.spawn('flock', ['-F', `${world.sandbox.registry}.lock`, 'sleep', '60']);
    await waitFor(
      'the lock is held',
      () => spawnSync('flock', ['-n', `${world.sandbox.registry}.lock`, 'true']).status === 1,
    );
    const { status, stderr } = world.sandbox.call(...wanted(world));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/lock/)]);
    child.kill('SIGKILL');
    expectNothing(world);
  });

  test('the disk is full', () => {
    const world = ready();
    // Files of this process may not grow beyond a kilobyte: the job file fits, the registry does not.
    writeFileSync(world.sandbox.registry, `${'# a comment of somebody\n'.repeat(60)}tmux_sessions: []\n`);
    const before = readFileSync(world.sandbox.registry, 'utf8');
    const quoted = wanted(world)
      .map((word) => `'${word}'`)
      .join(' ');
    const { status, stderr } = spawnSync('bash', ['-c', `ulimit -f 1; exec '${world.binary}' ${quoted}`], {
      env: world.sandbox.env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^cannot write .*agent-sessions.yaml: .*(EFBIG|ENOSPC)/),
    ]);
    expect(readFileSync(world.sandbox.registry, 'utf8')).toBe(before);
    expect([world.sessions(), world.jobs()]).toEqual([['main'], []]);
    expect(world.sandbox.run('find', world.sandbox.state, '-name', '*.tmp*')).toBe('');
  });

  test('the registry cannot be read', () => {
    const world = ready();
    writeFileSync(world.sandbox.registry, 'tmux_sessions: [\n');
    expect(world.sandbox.call(...wanted(world))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('agent-sessions.yaml:1:'),
    });
    expect([world.sessions(), world.jobs()]).toEqual([['main'], []]);
  });

  test('the job file cannot be written', () => {
    const world = ready();
    world.sandbox.write('.config/tmux-drift/config.yaml', `jobs_dir: ${world.sandbox.registry}/jobs\n`);
    expect(world.sandbox.call(...wanted(world)).status).toBe(2);
    expect([world.sessions(), world.sandbox.rows()]).toEqual([['main'], []]);
  });

  test('the agent never takes its prompt', async () => {
    const world = ready();
    world.sandbox.write('bin/agy', '#!/bin/sh\nsleep 0.6\nexit 1\n');
    chmodSync(world.sandbox.file('bin/agy'), 0o755);
    world.sandbox.env.PATH = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
    const { status, stderr } = world.sandbox.call(
      'create',
      '--agent',
      'agy',
      '--cwd',
      world.folder('api'),
      '--submit-job',
      'go',
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /agy did not stay: it ended at once( with status 1)?\. Session api-creator-agy on default was ended again/,
      ),
    ]);
    expect(world.sandbox.rows().map(({ status: state, termination_reason: why }) => [state, why])).toEqual([
      ['terminated', 'closed'],
    ]);
    expect(world.sessions()).toEqual(['main']);
  });

  test('somebody presses Ctrl-C', async () => {
    const world = ready();
    // Never gets to its prompt: no screen.
    world.sandbox.write('bin/agy', '#!/bin/sh\nexec sleep 1000\n');
    chmodSync(world.sandbox.file('bin/agy'), 0o755);
    const path = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
    const words = ['create', '--agent', 'agy', '--cwd', world.folder('api'), '--submit-job', 'go'];
    const { child, done } = world.start(words, { PATH: path });
    await waitFor('it is registered', () => world.sandbox.rows().length === 1);
    child.kill('SIGINT');
    const { status, stderr } = await done;
    expect([status, stderr]).toEqual([130, 'interrupted. Session api-creator-agy on default was ended again\n']);
    expect([world.sandbox.rows()[0]?.status, world.sessions()]).toEqual(['terminated', ['main']]);
    expect(job(world, world.sandbox.rows()[0]?.delegate_job_id)).toMatchObject({
      state: 'error',
      message: 'interrupted',
    });
  });

  test('there is no registry yet', () => {
    const world = ready();
    world.sandbox.run('rm', world.sandbox.registry);
    expect(world.sandbox.call(...wanted(world))).toMatchObject({
      status: 1,
      stderr: `ERROR: ${world.sandbox.registry} not found. Next step: tmux-drift init\n`,
    });
    expect(world.sessions()).toEqual(['main']);
  });

  test('the broker is down: the session is created, and the events wait', () => {
    const world = ready();
    world.sandbox.env.TMUX_DRIFT_MQTT_URL = 'mqtt://127.0.0.1:1';
    const id = world.sandbox.row(world.ok(...wanted(world)).trim())?.delegate_job_id;
    const events = world.sandbox
      .run('sh', '-c', `cat '${world.sandbox.state}'/outbox/*`)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ job_id, event, session }) => [job_id, event, session])).toEqual([
      [id, 'submitted', 'api-creator-claude'],
      [id, 'started', 'api-creator-claude'],
    ]);
  });
});

test('a tmux event about the new session finds its row and does nothing', async () => {
  const world = new SessionsWorld();
  world.sandbox.usePlugin();
  world.server.start('main');
  await waitFor('the plugin is loaded', () => world.server.option('@drift_count') === '0');
  for (const folder of ['a', 'b', 'c']) world.create('claude', folder);
  await waitFor(
    'the events are handled',
    () => world.sandbox.run('find', `${world.sandbox.state}/spool`, '-type', 'f') === '',
  );
  expect(world.sandbox.rows().map(({ name }) => name)).toEqual([
    'a-creator-claude',
    'b-creator-claude',
    'c-creator-claude',
  ]);
  expect(world.sandbox.read('.local/state/tmux-drift/journal.jsonl')).not.toContain('unregistered');
});

test('a dry run starts nothing and writes nothing', () => {
  const world = new SessionsWorld();
  const before = world.sandbox.run('find', world.sandbox.home, '-type', 'f', '-printf', '%p %T@\n');
  const { stdout, stderr } = world.sandbox.call(
    'create',
    '--agent',
    'claude',
    '--cwd',
    world.folder('api'),
    '--dry-run',
  );
  expect(stdout).toBe('api-creator-claude\n');
  expect(stderr).toMatch(
    /^would run: tmux new-session -d -s "api-creator-claude" -x 140 -y 40 -c ".*\/work\/api" "claude --session-id [0-9a-f-]{36}"\n$/,
  );
  expect(world.sandbox.run('find', world.sandbox.home, '-type', 'f', '-printf', '%p %T@\n')).toBe(before);
  expect(existsSync(world.server.socket)).toBe(false);
});
