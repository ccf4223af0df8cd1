/** The menu of agent sessions, on the real screen and by real keys. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Terminal } from './harness.ts';
import { SessionsWorld } from './sessions-world.ts';
import { waitFor } from './wait-for.ts';

/** A client that looks at the session `main`, on a terminal of 100 by 24. */
async function setUp() {
  const world = new SessionsWorld();
  world.server.start('main');
  const terminal = new Terminal(world.sandbox, world.server, 'main');
  const client = await waitFor('the client', () => world.server.tmux('list-clients', '-F', '#{client_name}').trim());
  const shows = (text: string) => waitFor(`the screen shows ${text}`, () => terminal.screen().includes(text));
  const open = async () => {
    world.ok('menu', `--socket=${world.server.socket}`, `--client=${client}`);
    await shows('─ Agent sessions ');
  };
  const attached = () => world.server.tmux('list-clients', '-F', '#{session_name}').trim();
  return { world, terminal, client, shows, open, attached };
}

const keyOf = (screen: string, name: string): string =>
  new RegExp(`${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} .*\\((.)\\)`).exec(screen)?.[1] ?? '';

describe('by keys', () => {
  test('a session is attached to', async () => {
    const { world, terminal, open, attached, shows } = await setUp();
    const name = world.create('claude', 'api');
    await open();
    terminal.press(keyOf(terminal.screen(), name));
    await shows('Attach');
    terminal.press('a');
    await waitFor('the client is there', () => attached() === name);
  });

  test('a session is deleted after a question, whose first answer keeps it', async () => {
    const { world, terminal, open, shows } = await setUp();
    const name = world.create('claude', 'api');
    await open();
    terminal.press('1');
    await shows('Delete…');
    terminal.press('d');
    await shows(`Delete ${name}?`);
    terminal.press('Enter');
    await waitFor('the question is gone', () => !terminal.screen().includes('Delete'));
    expect(world.sessions()).toContain(name);

    await open();
    terminal.press('1');
    await shows('Delete…');
    terminal.press('d');
    await shows(`Delete ${name}?`);
    terminal.press('y');
    await shows(`${name} deleted`);
    expect([world.sandbox.row(name)?.termination_reason, world.sessions()]).toEqual(['deleted', ['main']]);
  });

  test('a lost session is resumed', async () => {
    const { world, terminal, open, shows } = await setUp();
    const name = world.create('claude', 'api');
    const pid = Number(world.server.tmux('display-message', '-p', '-t', world.server.id(name), '#{pane_pid}'));
    process.kill(pid, 'SIGKILL');
    await waitFor('its session is gone', () => !world.sessions().includes(name));
    world.sandbox.reconcile();
    await open();
    expect(terminal.screen()).toContain(`✗ ${name}  lost`);
    terminal.press('1');
    await shows('Resume');
    terminal.press('r');
    await shows(`${name} is back`);
    expect(world.sandbox.row(name)?.status).toBe('running');
  });

  test('the attach command is copied', async () => {
    const { world, terminal, open, shows } = await setUp();
    const name = world.create('claude', 'api');
    await open();
    terminal.press('1');
    await shows('Copy attach command');
    terminal.press('c');
    await shows('copied: tmux attach');
    expect(world.server.tmux('show-buffer')).toBe(`tmux attach -t "=${name}"`);
  });

  test('a session on another server is attached to there', async () => {
    const { world, terminal, open, shows } = await setUp();
    const name = world.create('claude', 'api', '--server', 'side');
    await open();
    expect(terminal.screen()).toContain(`${name} (side)`);
    terminal.press('1');
    await shows('Attach');
    terminal.press('a');
    const side = world.sandbox.server('side');
    await waitFor('the client is there', () => side.tmux('list-clients', '-F', '#{session_name}').trim() === name);
  });
});

test('the plugin binds it to a key', async () => {
  const world = new SessionsWorld();
  world.sandbox.usePlugin();
  world.server.start('main');
  const terminal = new Terminal(world.sandbox, world.server, 'main');
  await waitFor('the plugin is loaded', () => world.server.option('@drift_count') === '0');
  const name = world.create('claude', 'api');
  await waitFor('the client', () => world.server.tmux('list-clients'));
  terminal.press('C-b', 'M-s');
  await waitFor('the menu', () => terminal.screen().includes(`● ${name}  running`));
});

test('names are shown as they are, and nothing in them is run or expanded', async () => {
  const { world, terminal, open, shows, attached } = await setUp();
  const file = world.sandbox.file('pwned');
  const names = [
    `#(touch ${file})`,
    `"; run-shell "touch ${file}"; "`,
    '#[fg=red]#{pane_pid}',
    `'; touch ${file} '`,
    'a`touch x`-',
    '#S##',
  ];
  for (const [index, name] of names.entries()) world.create('claude', `p${index}`, '--name', name);
  expect(world.sandbox.rows().map(({ name }) => name)).toEqual(names);
  await open();
  for (const name of names) expect(terminal.screen()).toContain(` ${name}  running`);
  for (const name of names.slice(0, 4)) {
    if (!terminal.screen().includes('─ Agent sessions ')) await open();
    terminal.press(keyOf(terminal.screen(), name));
    await shows('Copy attach command');
    expect(terminal.screen()).toContain(`─ ${name} ─`);
    terminal.press('a');
    await waitFor('the client is there', () => attached() === name);
  }
  expect(existsSync(file)).toBe(false);
});

test('more sessions than fit come on several pages', async () => {
  const { world, terminal, open, shows } = await setUp();
  const rows = Array.from({ length: 50 }, (_, index) => [
    `- name: s${String(index).padStart(2, '0')}-creator-claude`,
    '  status: terminated',
    '  tmux_server: default',
    '  pane: {pid: 1, cmd: claude, cwd: /tmp}',
    '  terminated_at_epoch: 1781880000',
    '  termination_reason: lost',
  ]);
  world.sandbox.writeRegistry(`tmux_sessions:\n${rows.flat().join('\n')}\n`);
  await open();
  expect(terminal.screen()).toContain('Agent sessions 1/3');
  expect(terminal.screen()).toContain('s00-creator-claude');
  terminal.press('n');
  await shows('Agent sessions 2/3');
  terminal.press('n');
  await shows('Agent sessions 3/3');
  expect(terminal.screen()).toContain('s49-creator-claude');
  terminal.press('N');
  await shows('Agent sessions 2/3');
});

test('without sessions it says so; a menu that is older than the registry does nothing', async () => {
  const { world, client, terminal, open, shows } = await setUp();
  await open();
  expect(terminal.screen()).toContain('No agent sessions');
  terminal.press('q');
  const name = world.create('claude', 'api');
  await open();
  terminal.press('1');
  await shows('Delete…');
  terminal.press('d');
  await shows('Yes, end the session');
  world.sandbox.run('sed', '-i', 's/^- name: .*/- name: other-creator-claude/', world.sandbox.registry);
  terminal.press('y');
  await shows('the registry has changed meanwhile');
  expect(world.sessions()).toContain(name);
  expect(client).not.toBe('');
});
