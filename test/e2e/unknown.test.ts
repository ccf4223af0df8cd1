/** An error is never absence: what cannot be asked is unknown, and changes nothing. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { binary, root, Sandbox } from './harness.ts';

const row = (server: string): string =>
  `tmux_sessions:\n- name: api-creator-claude  # mine\n  status: running\n  tmux_server: ${server}\n`;

/** The registry is as it was, and the report says that it does not know. */
function expectUnknown(sandbox: Sandbox, server: string, reason: RegExp): void {
  const before = sandbox.run('sh', '-c', `cat '${sandbox.registry}'; stat -c '%i %y' '${sandbox.registry}'`);
  const report = sandbox.reconcile();
  expect(report.tmux_confirmed).toBe(false);
  expect(report.drifts).toEqual([]);
  expect(report.actions).toEqual([]);
  expect(report.servers.find((asked) => asked.server === server)).toMatchObject({
    state: 'unknown',
    reason: expect.stringMatching(reason),
  });
  expect(sandbox.run('sh', '-c', `cat '${sandbox.registry}'; stat -c '%i %y' '${sandbox.registry}'`)).toBe(before);
  expect(sandbox.call('reconcile', '--check').status).toBe(4);
}

test('a server that does not answer, in a bounded time', async () => {
  const sandbox = new Sandbox();
  const socket = sandbox.file('hung');
  const hung = createServer(() => {});
  await new Promise<void>((resolve) => hung.listen(socket, resolve));
  onTestFinished(() => void hung.close());
  sandbox.writeRegistry(row(socket));
  const begin = performance.now();
  const report = sandbox.reconcile('--dry-run');
  expect(performance.now() - begin).toBeLessThan(4000);
  expect(report.servers).toContainEqual(expect.objectContaining({ server: socket, state: 'unknown' }));
  expectUnknown(sandbox, socket, /did not answer in time/);
});

test('a hung server does not keep the others from being looked at', async () => {
  const sandbox = new Sandbox();
  const socket = sandbox.file('hung');
  const hung = createServer(() => {});
  await new Promise<void>((resolve) => hung.listen(socket, resolve));
  onTestFinished(() => void hung.close());
  sandbox.writeRegistry(`${row(socket)}- name: web-creator-claude\n  status: running\n  tmux_server: default\n`);
  sandbox.server().start('main');
  expect(sandbox.reconcile().drifts).toMatchObject([{ class: 'A', name: 'web-creator-claude', repaired: true }]);
  expect(sandbox.row('api-creator-claude')?.status).toBe('running');
});

test('a socket that may not be used', () => {
  const sandbox = new Sandbox();
  sandbox.server().start('main');
  sandbox.writeRegistry(row('default'));
  // Root may use every socket; what tmux says to others then is known.
  mkdirSync(sandbox.file('bin'));
  sandbox.write(
    'bin/tmux',
    `#!/bin/sh\necho "error connecting to ${sandbox.server().socket} (Permission denied)" >&2\nexit 1\n`,
  );
  chmodSync(sandbox.file('bin/tmux'), 0o755);
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  expectUnknown(sandbox, 'default', /Permission denied/);
});

test.runIf(process.getuid?.() === 0)('a socket that belongs to somebody else', () => {
  const sandbox = new Sandbox();
  const server = sandbox.server().start('main');
  sandbox.writeRegistry(row(server.socket));
  chmodSync(sandbox.home, 0o755);
  sandbox.run('chown', '-R', 'nobody', sandbox.file('.local'));
  const report = sandbox.run('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', binary, 'reconcile');
  expect(JSON.parse(report)).toMatchObject({ tmux_confirmed: false, drifts: [] });
  expect(sandbox.row('api-creator-claude')?.status).toBe('running');
});

test('a tmux that is not there', () => {
  const sandbox = new Sandbox();
  sandbox.writeRegistry(row('default'));
  mkdirSync(sandbox.file('bin'));
  for (const tool of ['sh', 'cat', 'stat', 'flock'])
    symlinkSync(sandbox.run('sh', '-c', `command -v ${tool}`).trim(), sandbox.file(`bin/${tool}`));
  sandbox.env.PATH = sandbox.file('bin');
  expectUnknown(sandbox, 'default', /tmux/);
});

test.each([
  ['garbage', 'echo hello'],
  ['success without an answer', 'exit 0'],
  ['half an answer', "printf 'S 1 1\\nL $0 1 ma'"],
  ['a lost server', 'echo "lost server" >&2; exit 1'],
])('a tmux that answers with %s', (_, script) => {
  const sandbox = new Sandbox();
  sandbox.writeRegistry(row('default'));
  sandbox.write('bin/tmux', `#!/bin/sh\n${script}\n`);
  chmodSync(sandbox.file('bin/tmux'), 0o755);
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  expectUnknown(sandbox, 'default', /./);
});

test('what comes while a server cannot be asked has it asked again', () => {
  const sandbox = new Sandbox();
  const { socket } = sandbox.server();
  sandbox.writeRegistry(row('default'));
  mkdirSync(dirname(socket), { mode: 0o700 });
  // The second front meets the gate of the first one, and leaves.
  sandbox.write(
    'bin/tmux',
    `#!/bin/sh
case $* in *list-sessions*) ;; *) exit ;; esac
if mkdir "$HOME/asked" 2>/dev/null; then
  "$HOME/close" 1
  echo 'error connecting to ${socket} (Permission denied)'
else
  echo 'no server running on ${socket}'
fi >&2
exit 1
`,
  );
  sandbox.write(
    'close',
    `#!/bin/sh
exec "${root}/scripts/event.sh" session-closed --id="$1" --name= --left= --socket="${socket}" --pid=77 --started=1790000000 \\
  --bin="${binary}" --registry= --agents=
`,
  );
  for (const name of ['bin/tmux', 'close']) chmodSync(sandbox.file(name), 0o755);
  sandbox.env.PATH = `${sandbox.file('bin')}:${sandbox.env.PATH}`;
  sandbox.run(sandbox.file('close'), '0');
  expect(sandbox.row('api-creator-claude')?.status).toBe('terminated');
});

test('only what tmux says in so many words is absence', () => {
  const sandbox = new Sandbox();
  sandbox.writeRegistry(row('default'));
  const report = sandbox.reconcile();
  expect(report).toMatchObject({ tmux_confirmed: true, servers: [{ server: 'default', state: 'absent' }] });
  expect(sandbox.row('api-creator-claude')).toMatchObject({ status: 'terminated', termination_reason: 'lost' });
});
