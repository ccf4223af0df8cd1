/** plugin.tmux on real tmux, with a fake binary. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { root, Sandbox, Terminal, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const fakeBinary = `${root}/test/scripts/fake-binary.sh`;
const job = 'if-shell -b';

/** A plugin folder as a clone has it, with or without a binary, and a server whose configuration runs it. */
function setUp({ conf = '', bin = true, name = 'tmux-drift' } = {}) {
  const sandbox = new Sandbox();
  const plugin = sandbox.file(`plugins/${name}`);
  for (const part of ['plugin.tmux', 'scripts', 'package.json'])
    cpSync(`${root}/${part}`, `${plugin}/${part}`, { recursive: true });
  if (bin) installBinary(plugin);
  sandbox.env.FAKE = sandbox.home;
  sandbox.env.FAKE_VERSION = version;
  sandbox.env.AGENT_SESSIONS_STATE_DIR = sandbox.state;
  sandbox.write(
    '.tmux.conf',
    `${conf}\nrun-shell '"${plugin.replaceAll("'", "'\\''")}/plugin.tmux" >/dev/null 2>&1'\n`,
  );
  const server = sandbox.server();
  return { sandbox, plugin, server, calls: () => sandbox.read('calls').split('\n').slice(0, -1) };
}

function installBinary(plugin: string): void {
  mkdirSync(`${plugin}/dist`, { recursive: true });
  symlinkSync(fakeBinary, `${plugin}/dist/tmux-drift`);
  writeFileSync(`${plugin}/dist/tmux-drift.version`, `${version}\n`);
}

/** Everything of tmux that the plugin may touch. */
function everything(server: TmuxServer): string {
  return server.tmux(
    'show-hooks',
    '-g',
    ';',
    'show-options',
    '-g',
    ';',
    'list-keys',
    '-N',
    '-T',
    'prefix',
    ';',
    'list-keys',
    ';',
    'show-environment',
    '-gh',
  );
}

const source = (sandbox: Sandbox, server: TmuxServer): string => server.tmux('source-file', sandbox.file('.tmux.conf'));

test('sets its hooks, its segment and its key, and starts one reconcile', async () => {
  const { server, calls } = setUp();
  server.start('main');
  for (const hook of ['session-created', 'session-closed', 'session-renamed']) {
    expect(server.tmux('show-hooks', '-g', `${hook}[1907]`)).toContain(job);
  }
  expect(server.option('status-right')).toMatch(/^#\{E:@drift_status\}#\{\?window_bigger,/);
  expect(server.tmux('list-keys', '-N', '-T', 'prefix', 'M-d')).toContain('Reconcile agent sessions');
  expect(server.option('@drift_error')).toBe('');
  await waitFor('it is called', () => calls().length);
  expect(calls()[0]).toBe(
    `event load --socket=${server.socket} --pid=${server.pid} --started=${server.show('#{start_time}')}`,
  );
});

test('sourcing it again changes nothing', async () => {
  const { sandbox, server, calls } = setUp({ conf: "set -g status-left 'x #{drift_count}'" });
  server.start('main');
  const before = everything(server);
  source(sandbox, server);
  source(sandbox, server);
  expect(everything(server)).toBe(before);
  await waitFor('each time it is called', () => calls().filter((call) => call.startsWith('event load')).length === 3);
});

test('uninstall is the exact inverse', () => {
  const conf =
    "set -g status-left 'a #{drift_status}, #{drift_count} b;'\nset-hook -g session-closed 'display-message mine'";
  const { sandbox, plugin, server } = setUp({ conf });
  server.start('main', sandbox.write('plain.conf', conf));
  const before = everything(server);
  source(sandbox, server);
  expect(everything(server)).not.toBe(before);
  const own = { TMUX: `${server.socket},${server.pid},0` };
  Object.assign(sandbox.env, own);
  sandbox.run(`${plugin}/plugin.tmux`, 'uninstall');
  expect(everything(server)).toBe(before);
  sandbox.run(`${plugin}/plugin.tmux`, 'uninstall');
  expect(everything(server)).toBe(before);
});

test('uninstall takes away the segment that it put in front, and nothing of the user’s', () => {
  const conf = 'set -g status-right \'%H:%M "quoted" ☃ #[fg=red]#{session_name};\'';
  const { sandbox, plugin, server } = setUp({ conf });
  sandbox.env.LC_ALL = 'C';
  server.start('main', sandbox.write('plain.conf', conf));
  const before = server.option('status-right');
  source(sandbox, server);
  expect(server.option('status-right')).toBe(`#{E:@drift_status}${before}`);
  sandbox.env.TMUX = `${server.socket},${server.pid},0`;
  sandbox.run(`${plugin}/plugin.tmux`, 'uninstall');
  expect(server.option('status-right')).toBe(before);
});

test('puts options in the place of placeholders, on both sides', () => {
  const { server } = setUp({
    conf: "set -g status-left '#{drift_count}|☃|#{drift_count}'\nset -g status-right '%H #{drift_status};'",
  });
  server.start('main');
  expect(server.option('status-left')).toBe('#{@drift_count}|☃|#{@drift_count}');
  expect(server.option('status-right')).toBe('%H #{E:@drift_status};');
});

test.each([
  ['a status line that shows the count in its own way', "set -g status-left 'x#{@drift_count}'", '#{?window_bigger'],
  ['@drift-auto-status off', 'set -g @drift-auto-status off', '#{?window_bigger'],
  [
    'a status line that shows the segment elsewhere',
    "set -g status-right 'a #{E:@drift_status} b'",
    'a #{E:@drift_status} b',
  ],
])('leaves alone %s', (_, conf, right) => {
  const { server } = setUp({ conf });
  server.start('main');
  expect(server.option('status-right').slice(0, right.length)).toBe(right);
});

test.each([
  ['none', 'set -g @drift-key none'],
  ['nothing', "set -g @drift-key ''"],
])('binds no key when @drift-key is %s', (_, conf) => {
  const { server } = setUp({ conf });
  server.start('main');
  expect(server.tmux('list-keys')).not.toContain('event key');
  expect(server.option('@drift_error')).toBe('');
});

test('binds the key that the user wants, whatever way it is written, and lets the old one go', () => {
  const { sandbox, server } = setUp();
  server.start('main');
  server.tmux('set', '-g', '@drift-key', 'm-\\;');
  source(sandbox, server);
  source(sandbox, server);
  expect(server.tmux('list-keys', '-T', 'prefix', 'M-\\;')).toContain('event key');
  expect(server.tmux('list-keys').match(/event key/g)).toHaveLength(1);
  expect(server.option('@drift_error')).toBe('');
});

test('leaves a key alone that someone else has bound, and says so', () => {
  const { sandbox, server } = setUp({ conf: 'bind M-d display-message mine' });
  server.start('main');
  expect(server.tmux('list-keys', '-T', 'prefix', 'M-d')).toContain('display-message mine');
  expect(server.option('@drift_error')).toBe(
    'plugin: key M-d has another binding, which is left alone: set @drift-key',
  );
  server.tmux('set', '-g', '@drift-key', 'M-x');
  source(sandbox, server);
  expect(server.option('@drift_error')).toBe('');
});

test('says so when @drift-key is no key', () => {
  const { server } = setUp({ conf: 'set -g @drift-key nokey' });
  server.start('main');
  expect(server.option('@drift_error')).toBe('plugin: @drift-key is nokey, which is no key');
  expect(server.tmux('show-hooks', '-g', 'session-created[1907]')).toContain(job);
});

test('the menu key is bound, moved and let go like the other', async () => {
  const { sandbox, server, calls } = setUp();
  server.start('main');
  expect(server.tmux('list-keys', '-N', '-T', 'prefix', 'M-s')).toContain('Menu of agent sessions');
  const terminal = new Terminal(sandbox, server, 'main');
  const client = await waitFor('a client', () => server.tmux('list-clients', '-F', '#{client_name}').trim());
  terminal.press('C-b', 'M-s');
  await waitFor('the key', () => calls().includes(`menu --socket=${server.socket} --client=${client}`));

  server.tmux('set', '-g', '@drift-menu-key', 'M-d', ';', 'set', '-g', '@drift-key', 'M-s');
  source(sandbox, server);
  expect(server.tmux('list-keys', '-T', 'prefix', 'M-d')).toContain(' menu --socket=');
  expect(server.tmux('list-keys', '-T', 'prefix', 'M-s')).toContain('event key --socket=');
  server.tmux('set', '-g', '@drift-menu-key', 'none');
  source(sandbox, server);
  expect(server.tmux('list-keys')).not.toContain(' menu --socket=');
  expect(server.option('@drift_error')).toBe('');
});

test('the key runs the binary for the client that pressed it', async () => {
  const { sandbox, server, calls } = setUp();
  server.start('main');
  const terminal = new Terminal(sandbox, server, 'main');
  const client = await waitFor('a client', () => server.tmux('list-clients', '-F', '#{client_name}').trim());
  terminal.press('C-b', 'M-d');
  await waitFor('the key', () => calls().includes(`event key --socket=${server.socket} --client=${client}`));
});

test('without a binary: a mark in the status line, a line that says what to do, no hooks', async () => {
  const { sandbox, plugin, server } = setUp({ bin: false });
  server.start('main');
  await waitFor('the mark', () => server.option('@drift_status') === 'drift:!');
  expect(server.option('@drift_error')).toMatch(/^install: .*(SHA256SUMS has no|no origin to fetch from)/);
  expect(server.tmux('show-hooks', '-g')).not.toMatch(/session-.*1907/);
  expect(server.tmux('list-keys')).not.toContain('event key');
  const terminal = new Terminal(sandbox, server, 'main');
  await waitFor('the mark is on the screen', () => terminal.status().includes('drift:!'));

  installBinary(plugin);
  source(sandbox, server);
  await waitFor('the mark is gone', () => server.option('@drift_status') === '');
  expect(server.tmux('show-hooks', '-g', 'session-created[1907]')).toContain(job);
});

test('@drift-bin comes before the plugin’s own, and that before the PATH', async () => {
  const { sandbox, plugin, server } = setUp({ bin: false });
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  mkdirSync(sandbox.file('bin'));
  copyFileSync(fakeBinary, sandbox.file('bin/tmux-drift'));
  server.start('main');
  const used = () => /--bin=\\"([^"\\]*)/.exec(server.tmux('show-hooks', '-g', 'session-created[1907]'))?.[1];
  // Which version that is takes a moment to find out.
  await waitFor('the one on the PATH', () => used() === sandbox.file('bin/tmux-drift'));
  installBinary(plugin);
  source(sandbox, server);
  expect(used()).toBe(`${plugin}/dist/tmux-drift`);
  copyFileSync(fakeBinary, sandbox.file('other'));
  server.tmux('set', '-g', '@drift-bin', '~/other');
  source(sandbox, server);
  expect(used()).toBe(sandbox.file('other'));
  chmodSync(sandbox.file('other'), 0o600);
  source(sandbox, server);
  // Whoever finds out first says so.
  expect(server.option('@drift_error')).toMatch(/@drift-bin is \/\S+\/other, which (is not a program|does not run)$/);
});

test.each(["quo'te", 'dol$HOME', 'ha#sh', 'back`touch x`', 'double"quote'])(
  'says so when it lies in a folder called %s',
  (name) => {
    const { sandbox, server } = setUp({ name });
    server.start('main', sandbox.write('plain.conf', ''));
    sandbox.env.TMUX = `${server.socket},${server.pid},0`;
    sandbox.run(`${sandbox.file('plugins')}/${name}/plugin.tmux`);
    expect(server.option('@drift_error')).toMatch(
      /^plugin: a path with quotes, #, \$ or backslashes cannot be given to tmux/,
    );
    expect(server.tmux('show-hooks', '-g')).not.toContain('1907');
  },
);

test('works in a folder with a blank in its name', async () => {
  const { server, calls } = setUp({ name: 'my plugin' });
  server.start('main').new('x-creator-claude');
  await waitFor('the hook ran', () => calls().some((call) => call.startsWith(`event --socket=${server.socket}`)));
});

test('tells an old tmux so, in one line, and sets nothing else', () => {
  const { sandbox, plugin, server } = setUp();
  server.start('main', sandbox.write('plain.conf', ''));
  const before = everything(server);
  // As 3.1 answers.
  mkdirSync(sandbox.file('bin'));
  const tmux = sandbox.run('sh', '-c', 'command -v tmux').trim();
  sandbox.write(
    'bin/tmux',
    `#!/bin/sh\ncase "$*" in *version=*) ${tmux} "$@" | sed s/^version=.*/version=3.1c/ ;; *) exec ${tmux} "$@" ;; esac\n`,
  );
  chmodSync(sandbox.file('bin/tmux'), 0o755);
  sandbox.env.TMUX = `${server.socket},${server.pid},0`;
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  sandbox.run(`${plugin}/plugin.tmux`);
  expect(server.option('@drift_error')).toBe('plugin: tmux 3.1c is too old, 3.2 or later is needed');
  server.tmux('set', '-gu', '@drift_error');
  expect(everything(server)).toBe(before);
});

test('the user’s own hooks stay as they are', async () => {
  const conf = `set-hook -g session-closed "run-shell -b 'touch \\"$HOME/mine\\"'"\nset-hook -g 'session-created[7]' 'set -g @seven yes'`;
  const { sandbox, server, calls } = setUp({ conf });
  server.start('main').new('x-creator-claude');
  server.kill('x-creator-claude');
  await waitFor('their hooks ran', () => existsSync(sandbox.file('mine')) && server.option('@seven') === 'yes');
  await waitFor('ours too', () => sandbox.read('taken').includes('session-closed 1 left '));
  expect(calls().length).toBeGreaterThan(0);
});

test('does not hold tmux up', () => {
  const { server, sandbox } = setUp();
  sandbox.write('hold', '');
  const begin = performance.now();
  server.start('main');
  // Five times what it takes; with the binary in the way it would take for ever.
  expect(performance.now() - begin).toBeLessThan(1000);
  sandbox.run('rm', sandbox.file('hold'));
});
