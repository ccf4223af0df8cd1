/** A session may be called anything: the name goes through hook, registry, report and status line unharmed, and runs nothing. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox, Terminal } from './harness.ts';
import { waitFor } from './wait-for.ts';

const names = [
  "quo'te",
  'dou"ble',
  'semi;colon',
  'trail;',
  "';touch PWNED;'",
  '";touch PWNED;"',
  '$(touch PWNED)',
  '`touch PWNED`',
  '#(touch PWNED)',
  '#{session_id}',
  '#[fg=red]red',
  '##twice',
  '$HOME',
  '~',
  '~root',
  '{a,b}',
  '*',
  '?',
  '[a-z]',
  '!bang',
  'back\\slash',
  'trail\\',
  '\\x41',
  'a b  c',
  ' blank ',
  'tab\tstop',
  'line\nbreak',
  'esc\u001b[31m',
  'ünïcödé ☃ 日本 🙂',
  '=exact',
  '-dash',
  '--flag=x',
  '%H:%M',
  '@at',
  '&amp',
  '|pipe',
  '>out',
  '<in',
  '(paren)',
  '# comment',
  'yaml: value',
  '- item',
  'null',
  'yes',
  '0x10',
  '1e3',
  '12:30:45',
  '2001-01-01',
  '"',
  "'",
];

/** tmux changes some names (`:` and `.`, control characters), and refuses none that it can change. */
async function setUp() {
  const sandbox = new Sandbox().usePlugin();
  const server = sandbox.server().start('main');
  await waitFor('the plugin is loaded', () => server.option('@drift_count') === '0');
  // Jobs of hooks have the home for their folder when nothing else is left.
  const pwned = () => ['.', sandbox.home].some((folder) => existsSync(`${folder}/PWNED`));
  return { sandbox, server, pwned };
}

test('every name is registered as it is, by its hook alone, and its end is seen', { timeout: 120_000 }, async () => {
  const { sandbox, server, pwned } = await setUp();
  for (const name of names) server.new(`${name}-creator-claude`, 'exec sleep 1000');
  const live = server
    .tmux('list-sessions', '-F', '#{session_name}')
    .split('\n')
    .filter((name) => name.endsWith('-creator-claude'));
  expect(live).toHaveLength(names.length);
  await waitFor('all rows', () => sandbox.rows().length === names.length, 30_000);
  expect(
    sandbox
      .rows()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(live.toSorted());
  expect(pwned()).toBe(false);

  const report = sandbox.reconcile();
  expect(report.drifts).toEqual([]);
  expect(report.tmux_sessions_alive.toSorted()).toEqual([...live, 'main'].map((name) => `${name}|default`).toSorted());

  for (const name of live) server.kill(name);
  await waitFor('all ends', () => sandbox.rows().every(({ status }) => status === 'terminated'), 30_000);
  expect(pwned()).toBe(false);
});

test('PyYAML reads the same names', async () => {
  const { sandbox, server } = await setUp();
  for (const name of names) server.new(`${name}-creator-claude`, 'exec sleep 1000');
  await waitFor('all rows', () => sandbox.rows().length === names.length, 30_000);
  const script =
    'import json, sys, yaml; print(json.dumps([r["name"] for r in yaml.safe_load(open(sys.argv[1], encoding="utf-8"))["tmux_sessions"]]))';
  const python = process.env.TMUX_DRIFT_TEST_PYTHON ?? 'python3';
  expect(JSON.parse(sandbox.run(python, '-c', script, sandbox.registry))).toEqual(
    sandbox.rows().map(({ name }) => name),
  );
}, 60_000);

test('a POSIX shell reads the commands of a row as they are meant', async () => {
  const { sandbox, server } = await setUp();
  for (const name of names) server.new(`${name}-creator-claude`, 'exec sleep 1000');
  await waitFor('all rows', () => sandbox.rows().length === names.length, 30_000);
  for (const { name, attach_command, kill_command } of sandbox.rows()) {
    const words = (command: unknown) =>
      sandbox.run('sh', '-c', `tmux() { printf '%s\\0' "$@"; }\n${command}`).split('\0').slice(0, -1);
    expect(words(attach_command)).toEqual(['attach', '-t', `=${name}`]);
    expect(words(kill_command)).toEqual(['kill-session', '-t', `=${name}`]);
  }
}, 60_000);

test('a rename to any name is followed', { timeout: 120_000 }, async () => {
  const { sandbox, server, pwned } = await setUp();
  server.new('api-creator-claude', 'exec sleep 1000');
  const id = server.id('api-creator-claude');
  await waitFor('the row', () => sandbox.rows().length === 1);
  let stored = 'api-creator-claude';
  for (const name of names) {
    server.rename(stored, name);
    stored = server.tmux('display-message', '-p', '-t', `${id}:`, '#{session_name}').slice(0, -1);
    await waitFor(`the row is called ${JSON.stringify(stored)}`, () => sandbox.rows()[0]?.name === stored);
  }
  expect(pwned()).toBe(false);
});

test('the key shows names on the screen as they are', async () => {
  const { sandbox, server, pwned } = await setUp();
  server.tmux('set', '-g', '@drift-repair', 'off');
  const terminal = new Terminal(sandbox, server, 'main');
  await waitFor('a client', () => server.tmux('list-clients'));
  server.new('#(touch PWNED)#{pid}-creator-claude', 'exec sleep 1000');
  await waitFor('the count is on the screen', () => terminal.status().includes('drift:1'));
  terminal.press('C-b', 'M-d');
  await waitFor('the result is on the screen', () => terminal.status().includes('#(touch PWNED)#{pid}-creator-claude'));
  expect(pwned()).toBe(false);
});
