import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QUERY } from '../../src/tmux/query.ts';
import { waitFor } from '../e2e/wait-for.ts';
import { type Event, type FrontWorld, frontWorld, ways } from './front-world.ts';

describe.each(ways)('event.sh in $way', ({ words }) => {
  test('hands the lock and what tmux answered to the binary, and leaves nothing behind', async () => {
    const world = frontWorld(words);
    const { code } = await world.event().done;
    expect(code).toBe(0);
    const { socket, registry } = world;
    expect(world.lines('calls')).toEqual([
      `event --socket=${socket} --registry=${registry} --lock-fd=9 --answer-fd=0 --gate=${world.gate}`,
    ]);
    expect(world.lines('answer')).toEqual([
      expect.stringMatching(/^asked \d+$/),
      expect.stringContaining('error connecting to'),
      'E 1',
    ]);
    expect(world.spooled()).toEqual([]);
    expect(existsSync(world.gate)).toBe(false);
    expect(statSync(world.state).mode & 0o777).toBe(0o700);
  });

  test('tells all about an event in one line', async () => {
    const world = frontWorld(words);
    await world.event({ hook: 'session-closed', id: '$17', left: '' }).done;
    expect(world.lines('taken')).toEqual(['session-closed 17 none 4520 1795333762']);
  });

  test.each([
    ['', 'tmux_sessions: []\n'],
    [', though names are spelled with escapes that cannot be it', 'tmux_sessions:\n- name: "a\\tb\\\\c"\n'],
  ])('starts nothing and writes nothing for a session that is no agent’s%s', async (_, text) => {
    const world = frontWorld(words);
    world.write('registry.yaml', text);
    const { code } = await world.event({ name: 'notes' }).done;
    expect(code).toBe(0);
    expect(existsSync(world.file('calls'))).toBe(false);
    expect(existsSync(world.state)).toBe(false);
  });

  test.each<[string, Partial<Event>, string?]>([
    ['named like an agent’s', { name: 'api-creator-codex' }],
    ['named like a pattern of the user', { name: 'ai-notes', agents: 'claude=x codex=ai-?*' }],
    ['under a pattern that a shell reads in another way', { name: 'notes', agents: 'claude=[x]' }],
    ['with a name that a file may spell in many ways', { name: 'no tes' }],
    ['renamed', { name: 'notes', hook: 'session-renamed' }],
    ['the last one', { name: 'notes', hook: 'session-closed', left: '' }],
    ['the first one of its server', { name: 'notes', id: '$0' }],
    ['in the registry', { name: 'notes' }, 'tmux_sessions:\n- name: notes\n'],
    ['in the registry, spelled with an escape', { name: 'notes' }, 'tmux_sessions:\n- name: "n\\x6ftes"\n'],
    ['in the registry, spelled over two lines', { name: 'notes' }, 'tmux_sessions:\n- name: "no\\\n  tes"\n'],
    [
      'in the registry, spelled over two lines of a DOS file',
      { name: 'notes' },
      'tmux_sessions:\r\n- name: "no\\\r\n  tes"\r\n',
    ],
  ])('goes on for a session %s', async (_, event, text) => {
    const world = frontWorld(words);
    if (text) world.write('registry.yaml', text);
    await world.event(event).done;
    expect(world.lines('calls')).toHaveLength(1);
  });

  test('goes on when the registry cannot be read', async () => {
    const world = frontWorld(words);
    await world.event({ name: 'notes', registry: world.file('missing.yaml') }).done;
    expect(world.lines('calls')).toEqual([`event --socket=${world.socket} --registry=${world.file('missing.yaml')}`]);
  });

  test('believes the binary’s list of name patterns as long as it is newer than the configuration', async () => {
    const world = frontWorld(words);
    const config = writeDated(world, '.config/tmux-drift/config.yaml', 'agents: {}\n', 100);
    await world.event({ name: 'notes' }).done;
    expect(world.lines('calls')).toHaveLength(1);
    writeDated(world, 'state/name-patterns', 'other-*\nai-*\n', 200);
    await world.event({ name: 'notes' }).done;
    expect(world.lines('calls')).toHaveLength(1);
    await world.event({ name: 'ai-notes' }).done;
    expect(world.lines('calls')).toHaveLength(2);
    utimesSync(config, 300, 300);
    await world.event({ name: 'notes' }).done;
    expect(world.lines('calls')).toHaveLength(3);
  });

  test('a loser leaves at once, and the winner runs again for what came meanwhile', async () => {
    const world = frontWorld(words);
    world.write('hold', '');
    const winner = world.event({ id: '$1' });
    await waitFor(
      'the binary has the event',
      () => world.lines('calls').length && !existsSync(`${world.spool}/events`),
    );
    await world.event({ id: '$2' }).done;
    await world.event({ id: '$3' }).done;
    expect(world.lines('calls')).toHaveLength(1);
    world.start(['rm', world.file('hold')]);
    await winner.done;
    expect(world.lines('taken').map((line) => line.split(' ')[1])).toEqual(['1', '2', '3']);
    expect(world.spooled()).toEqual([]);
    expect(existsSync(world.gate)).toBe(false);
  });

  test('two hundred at once: all handled, by a few runs', { timeout: 60_000 }, async () => {
    const world = frontWorld(words);
    await Promise.all(Array.from({ length: 200 }, (_, n) => world.event({ id: `$${n}` }).done));
    // One whose file was taken at that moment is added again.
    const ids = new Set(world.lines('taken').map((line) => Number(line.split(' ')[1])));
    expect([...ids].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(world.lines('calls').length).toBeLessThan(100);
    expect(world.spooled()).toEqual([]);
    expect(existsSync(world.gate)).toBe(false);
  });

  test('takes over from a winner that was killed', async () => {
    const world = frontWorld(words);
    world.write('hold', '');
    world.event({ id: '$1' });
    await waitFor(
      'the binary has the event',
      () => world.lines('calls').length && !existsSync(`${world.spool}/events`),
    );
    const winner = Number(readFileSync(world.gate, 'utf8').split('/')[0]);
    process.kill(winner, 'SIGKILL');
    await waitFor('it is dead', () => !existsSync(`/proc/${winner}`));
    world.start(['rm', world.file('hold')]);
    await world.event({ id: '$2' }).done;
    await waitFor('both events are handled', () => new Set(world.lines('taken')).size === 2);
    expect(existsSync(world.gate)).toBe(false);
  });

  test.each<[string, string]>([
    ['an older process of a pid that is another’s now', `${process.pid}/fd/0\n`],
    ['a process that is gone', '4194304000/fd/8\n'],
    ['a process that was killed before it could write', ''],
  ])('takes over the gate of %s', async (_, content) => {
    const world = frontWorld(words);
    world.makeSpool();
    writeFileSync(world.gate, content);
    await world.event().done;
    expect(world.lines('calls')).toHaveLength(1);
    expect(world.spooled()).toEqual([]);
    expect(existsSync(world.gate)).toBe(false);
  });

  test('leaves its event to a process that lives and has the gate', async () => {
    const world = frontWorld(words);
    world.holdGate();
    await world.event().done;
    expect(world.lines('calls')).toEqual([]);
    expect(world.spooled()).toHaveLength(1);
    expect(existsSync(world.gate)).toBe(true);
  });

  test('a gate of a process that has ended, though its parent has not noticed', async () => {
    const world = frontWorld(words);
    world.makeSpool();
    const until = `exec 8>>'${world.gate}'; while [ ! -e '${world.file('go')}' ]; do sleep 0.01; done`;
    const { child } = world.start(['sh', '-c', `${until} & echo $! >'${world.file('pid')}'; exec sleep 60`]);
    const pid = await waitFor('it is started', () => Number(world.lines('pid')[0]));
    await waitFor('its parent will not notice', () => readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'sleep\n');
    world.write('go', '');
    await waitFor('it has ended', () => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
    writeFileSync(world.gate, `${pid}/fd/8\n`);
    await world.event().done;
    expect(world.lines('calls')).toHaveLength(1);
  });

  test('keeps the events and the last words of a run that failed, for the next one', async () => {
    const world = frontWorld(words);
    world.write('exit', '2');
    world.write('says', 'some words\nregistry.yaml:3:1: no such thing\n');
    await world.event({ id: '$1' }).done;
    expect(world.lines('calls')).toHaveLength(1);
    expect(world.spooled()).toHaveLength(1);
    expect(readFileSync(`${world.state}/last-error`, 'utf8')).toBe('registry.yaml:3:1: no such thing\n');
    expect(existsSync(world.gate)).toBe(false);

    await world.start(['rm', world.file('exit')]).done;
    await world.event({ id: '$2' }).done;
    expect(world.lines('taken')).toHaveLength(2);
    expect(readFileSync(`${world.state}/last-error`, 'utf8')).toBe('');
  });

  test.each<[string, string]>([
    ['before it took its events', 'careless'],
    ['after it took its events', 'keep'],
  ])('runs again for what came during a run that failed %s, and only for that', async (_, mode) => {
    const world = frontWorld(words);
    world.write('exit', '2');
    world.write('hold', '');
    world.write(mode, '');
    const winner = world.event({ id: '$1' });
    await waitFor('the binary is at work', () => world.lines('calls').length);
    await waitFor('it took what it takes', () => mode === 'careless' || !existsSync(`${world.spool}/events`));
    await world.event({ id: '$2' }).done;
    expect(world.lines('calls')).toHaveLength(1);
    world.start(['rm', world.file('hold')]);
    await winner.done;
    expect(world.lines('calls')).toHaveLength(2);
    expect(existsSync(world.gate)).toBe(false);
  });

  test('does not run again and again for events that the binary leaves alone', async () => {
    const world = frontWorld(words);
    world.write('careless', '');
    await world.event().done;
    expect(world.lines('calls')).toHaveLength(1);
  });

  test('does not pile up events while every run fails', async () => {
    const world = frontWorld(words);
    world.makeSpool();
    writeFileSync(`${world.spool}/events`, 'session-created 3 left 1 1\n'.repeat(1000));
    world.write('exit', '2');
    await world.event().done;
    expect(world.spooled()).toEqual([]);
  });

  test('leaves all to the binary where the registry is a symlink', async () => {
    const world = frontWorld(words);
    const link = world.file('link.yaml');
    symlinkSync(world.registry, link);
    await world.event({ registry: link }).done;
    expect(world.lines('calls')).toEqual([`event --socket=${world.socket} --registry=${link}`]);
  });

  test('tells the binary nothing where flock takes no time limit', async () => {
    const world = frontWorld(words);
    withTool(world, 'flock', 'echo "flock: unrecognized option: w" >&2; exit 1');
    await world.event().done;
    expect(world.lines('calls')).toHaveLength(1);
    expect(readFileSync(world.file('answer'), 'utf8')).toBe('');
  });

  test('waits for others who hold the lock', async () => {
    const world = frontWorld(words);
    const holder = world.start([
      'flock',
      `${world.registry}.lock`,
      'sh',
      '-c',
      `: >${world.file('held')}; exec sleep 60`,
    ]);
    await waitFor('somebody holds the lock', () => existsSync(world.file('held')));
    const event = world.event();
    await waitFor('the binary waits for its answer', () => existsSync(world.file('answer')));
    expect(readFileSync(world.file('answer'), 'utf8')).toBe('');
    spawnSync('sh', ['-c', `kill $(cat /proc/${holder.child.pid}/task/*/children) ${holder.child.pid}`]);
    await event.done;
    expect(world.lines('calls')).toEqual([expect.stringContaining('--lock-fd=9')]);
  });
});

test('asks tmux in the words of src/tmux/query.ts, and tells it in one call what the binary says', async () => {
  const world = frontWorld();
  withFakeTmux(world);
  world.write('says', '@drift_count\t3\nsome words\n@drift_status\t#[fg=yellow]drift: 3 \\;\n');
  await world.event().done;
  const [asked, told] = tmuxCalls(world);
  expect(asked).toEqual(['-u', '-S', world.socket, ...QUERY]);
  const set = [
    'set-option',
    '-g',
    '@drift_count',
    '3',
    ';',
    'set-option',
    '-g',
    '@drift_status',
    '#[fg=yellow]drift: 3 \\;',
  ];
  expect(told).toEqual(['-u', '-S', world.socket, ...set]);
});

test('keeps tmux waiting for no longer than it takes to get the gate', async () => {
  const world = frontWorld(ways.find(({ way }) => way.endsWith('sourced'))?.words);
  world.write('hold', '');
  const { child, done } = world.event();
  await waitFor('its shell has ended', () => child.exitCode === 0);
  await waitFor('the binary is at work', () => world.lines('calls').length);
  world.start(['rm', world.file('hold')]);
  await done;
  expect(world.lines('taken')).toHaveLength(1);
});

test('tells tmux nothing when the binary says nothing', async () => {
  const world = frontWorld();
  withFakeTmux(world);
  await world.event().done;
  expect(tmuxCalls(world)).toHaveLength(1);
});

test('$AGENT_SESSIONS_YAML comes before @drift-registry, and ~ is the home', async () => {
  const world = frontWorld();
  world.write('mine.yaml', 'tmux_sessions: []\n');
  await world.event({ registry: '~/mine.yaml' }).done;
  world.env.AGENT_SESSIONS_YAML = world.registry;
  await world.event({ registry: '~/mine.yaml' }).done;
  expect(world.lines('calls').map((call) => /--registry=(\S*)/.exec(call)?.[1])).toEqual([
    world.file('mine.yaml'),
    world.registry,
  ]);
});

test('takes the default registry when nothing names another', async () => {
  const world = frontWorld();
  await world.event({ registry: '' }).done;
  expect(world.lines('calls')).toEqual([
    `event --socket=${world.socket} --registry=${world.home}/.local/state/tmux-drift/agent-sessions.yaml`,
  ]);
});

test('does not guess which registry a configuration file names', async () => {
  const world = frontWorld();
  const config = writeDated(world, '.config/tmux-drift/config.yaml', 'registry: ~/mine.yaml\n', 100);
  await world.event({ registry: '' }).done;
  writeDated(world, 'state/registry-path', `${world.registry}\n`, 200);
  await world.event({ registry: '' }).done;
  utimesSync(config, 300, 300);
  await world.event({ registry: '' }).done;
  const plain = `event --socket=${world.socket}`;
  expect(world.lines('calls')).toEqual([
    plain,
    `${plain} --registry=${world.registry} --lock-fd=9 --answer-fd=0 --gate=${world.gate}`,
    plain,
  ]);
});

test('calls a socket by its real path', async () => {
  const world = frontWorld();
  mkdirSync(dirname(world.socket));
  symlinkSync(dirname(world.socket), world.file('link'));
  await world.event({ socket: world.file('link/default') }).done;
  expect(world.lines('calls')).toEqual([expect.stringContaining(`--socket=${world.socket} `)]);
});

test('runs nothing that a name, an option or a socket says', async () => {
  const world = frontWorld();
  const evil = `$(touch ${world.file('pwned')})\`touch ${world.file('pwned')}\`;touch ${world.file('pwned')}'"`;
  await world.event({ name: evil, agents: `${evil} *`, registry: `${world.file('registry.yaml')}${evil}` }).done;
  await world.event({ socket: `${world.file('tmux-0')}/${evil.replaceAll('/', '')}` }).done;
  expect(world.lines('calls')).toHaveLength(2);
  expect(existsSync(world.file('pwned'))).toBe(false);
});

test('does nothing when there is no binary any more', async () => {
  const world = frontWorld();
  const { code } = await world.event({ bin: world.file('gone') }).done;
  expect(code).toBe(0);
  expect(existsSync(world.state)).toBe(false);
});

test('lets the binary complain where nothing can be spooled', async () => {
  const world = frontWorld();
  world.write('state', 'not a folder\n');
  await world.event().done;
  expect(world.lines('calls')).toEqual([`event --socket=${world.socket}`]);
});

// Each program started costs about as much as the whole rest of the front.
test.each<[string, Event, readonly string[]]>([
  ['that is no agent’s', { name: 'notes' }, ['grep']],
  ['that loses the gate', {}, []],
])('starts no more programs than it must for an event %s', async (_, event, programs) => {
  const world = frontWorld();
  world.holdGate();
  const trace = world.file('trace');
  const { child } = world.event(event);
  const command = child.spawnargs;
  await world.start(['strace', '-f', '-qq', '-e', 'trace=execve', '-e', 'signal=none', '-o', trace, ...command]).done;
  const started = readFileSync(trace, 'utf8').matchAll(/execve\("([^"]*)".* = 0$/gm);
  expect([...started].map(([, path = '']) => path.split('/').at(-1))).toEqual(['sh', ...programs]);
});

function writeDated(world: FrontWorld, name: string, text: string, seconds: number): string {
  const path = world.file(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
  return path;
}

function withFakeTmux(world: FrontWorld): void {
  withTool(world, 'tmux', `printf '%s\\0' "$@" >>"$FAKE/tmux"; printf '\\n\\0' >>"$FAKE/tmux"`);
}

function tmuxCalls(world: FrontWorld): string[][] {
  const text = readFileSync(world.file('tmux'), 'utf8');
  return text
    .split('\n\0')
    .slice(0, -1)
    .map((call) => call.split('\0').slice(0, -1));
}

/** Puts a tool of ours in front of the machine's. */
function withTool(world: FrontWorld, name: string, script: string): void {
  mkdirSync(world.file('bin'));
  writeFileSync(world.file(`bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  world.env.PATH = `${world.file('bin')}:${world.env.PATH}`;
}
