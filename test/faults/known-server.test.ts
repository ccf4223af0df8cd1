/** What tmux says is believed in every locale and from every socket folder; and a server that is gone is gone. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Sandbox, type TmuxServer } from '../e2e/harness.ts';
import { attempt, WAYS } from './attempt.ts';
import { startPython } from './python-program.ts';

const NAME = 'bücher 名-creator-claude';

/** A server with a session that our own run has registered. */
async function registered() {
  const sandbox = new Sandbox();
  const server = sandbox.server().start('main', '/dev/null');
  server.new(NAME, 'exec sleep 1000');
  const { text } = await attempt(sandbox, 'reconcile', { registry: 'tmux_sessions: []\n', socket: server.socket });
  expect(text).toContain(NAME);
  return { sandbox, server, registry: text };
}

/** An 8-bit locale, made for this test where the machine can. */
function latin1(sandbox: Sandbox): NodeJS.ProcessEnv {
  spawnSync('localedef', ['-i', 'en_US', '-f', 'ISO-8859-1', sandbox.file('en_US.ISO-8859-1')]);
  return { LOCPATH: sandbox.home, LC_ALL: 'en_US.ISO-8859-1' };
}

describe('a row that is alive stays as it is', () => {
  test.each<[string, (sandbox: Sandbox, server: TmuxServer) => NodeJS.ProcessEnv]>([
    ['in the C locale', () => ({ LC_ALL: 'C' })],
    ['in the POSIX locale', () => ({ LC_ALL: 'POSIX', LANG: 'POSIX' })],
    ['in an 8-bit locale', latin1],
    ['in a locale that is not installed', () => ({ LC_ALL: 'xx_YY.UTF-8' })],
    ['without any locale', () => ({ LC_ALL: undefined, LANG: undefined })],
    ['inside another server', () => ({ TMUX: '/tmp/nowhere/default,1,0', TMUX_PANE: '%0' })],
    ['with an empty folder for sockets', (sandbox) => ({ TMUX_TMPDIR: folder(sandbox, 'other') })],
    [
      'with the folder for sockets behind a symlink',
      (sandbox) => {
        symlinkSync(sandbox.file('t'), sandbox.file('link'));
        return { TMUX_TMPDIR: sandbox.file('link/') };
      },
    ],
  ])('%s', async (_title, circumstances) => {
    const { sandbox, server, registry } = await registered();
    const env = circumstances(sandbox, server);
    const attempts = await Promise.all(
      WAYS.map((way) => attempt(sandbox, way, { registry, socket: server.socket, env })),
    );
    expect(attempts.map(({ changed, status, stderr }) => [changed, status, stderr])).toEqual(
      WAYS.map(() => [false, 0, '']),
    );
    expect(attempts[0]?.report).toMatchObject({ tmux_confirmed: true, drifts: [] });
  });

  function folder(sandbox: Sandbox, name: string): string {
    mkdirSync(sandbox.file(name));
    return sandbox.file(name);
  }
});

describe('a server that is gone ends the rows of its sessions', () => {
  test.each<[string, RegExp, (server: TmuxServer) => void]>([
    ['its socket refuses', /^no server running on /, () => {}],
    ['its socket is gone', /No such file or directory/, ({ socket }) => rmSync(socket)],
    [
      'the folder of its socket is gone',
      /No such file or directory/,
      ({ socket }) => rmSync(dirname(socket), { recursive: true }),
    ],
    [
      'a file has taken the place of its socket',
      /^no server running on /,
      ({ socket }) => {
        rmSync(socket);
        writeFileSync(socket, '');
      },
    ],
  ])('%s', async (_title, reason, remove) => {
    const { sandbox, server, registry } = await registered();
    process.kill(server.pid, 'SIGKILL');
    await server.gone();
    remove(server);
    const attempts = await Promise.all(WAYS.map((way) => attempt(sandbox, way, { registry, socket: server.socket })));
    for (const { text, journal } of attempts) {
      expect(text.match(/^ +(?:status|termination_reason): .*/gm)).toEqual([
        '  status: terminated',
        '  termination_reason: lost',
      ]);
      expect(journal).toMatchObject([
        { what: 'repaired', kind: 'gone', changes: { status: ['running', 'terminated'] } },
      ]);
    }
    expect(attempts[0]).toMatchObject({ status: 3, report: { tmux_confirmed: true } });
    expect(attempts[0]?.report?.servers).toMatchObject([{ state: 'absent', reason: expect.stringMatching(reason) }]);
  });

  test('a server without sessions', async () => {
    const { sandbox, server, registry } = await registered();
    server.tmux('set-option', '-s', 'exit-empty', 'off');
    for (const name of [NAME, 'main']) server.kill(name);
    const { text, report } = await attempt(sandbox, 'reconcile', { registry, socket: server.socket });
    expect(report?.servers).toMatchObject([{ state: 'absent', reason: 'no sessions' }]);
    expect(text).toContain('status: terminated');
  });
});

test('a dozen servers that hang cost two seconds, not two each', async () => {
  const sandbox = new Sandbox();
  const script = `import os, socket, sys
kept = []
for path in sys.argv[1:]:
    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(50); kept.append(s)
print('listening', flush=True)
sys.stdin.read()`;
  const sockets = Array.from({ length: 12 }, (_, n) => sandbox.file(`s${n}`));
  const rows = sockets.map((path, n) => `- {name: x${n}-creator-claude, status: running, tmux_server: ${path}}\n`);
  await startPython(script, sockets, sandbox.env);
  const { report, changed, ms } = await attempt(sandbox, 'reconcile', {
    registry: `tmux_sessions:\n${rows.join('')}- {name: gone-creator-claude, status: terminated}\n`,
    socket: sandbox.file('s0'),
  });
  expect(report?.servers.map(({ state }) => state)).toEqual(['absent', ...sockets.map(() => 'unknown')]);
  expect(changed).toBe(false);
  expect(ms).toBeLessThan(4000);
});

test('a socket path that means another place in every folder says nothing', async () => {
  const sandbox = new Sandbox();
  const registry = 'tmux_sessions:\n- {name: x-creator-claude, status: running, tmux_server: ./s}\n';
  const { report, changed } = await attempt(sandbox, 'reconcile', { registry, socket: sandbox.file('s') });
  expect(report?.servers).toMatchObject([{}, { server: './s', state: 'unknown', reason: /relative/ }]);
  expect(changed).toBe(false);
});
