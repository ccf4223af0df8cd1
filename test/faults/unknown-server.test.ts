/** An error is never absence. Whatever keeps tmux from answering, no row changes, and the report and the journal say why. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Sandbox, type TmuxServer } from '../e2e/harness.ts';
import { attempt, type Circumstances, WAYS, type Way } from './attempt.ts';
import { startPython } from './python-program.ts';

/** Rows of every make, none of them alive: seen for what they are, three of them would end. */
const rows = (label: string, socket: string): string => `# mine
tmux_sessions:
- name: a-creator-claude        # by another tool
  status: running
  tmux_server: ${label}
  tmux_session_epoch: 100
  pane: {pid: 1}
- name: b-creator-agy
  status: running
  tmux_server: ${label}
  tmux_socket: ${socket}
  tmux_session_id: $77
  tmux_session_epoch: 100
  tmux_server_started: 100
- {name: c-creator-claude, status: idle, tmux_server: ${label}}
- {name: d-creator-claude, status: archived, tmux_server: ${label}}
- {name: e-creator-claude, status: terminated, tmux_server: ${label}, terminated_at_epoch: 100}
`;

type Fault = (sandbox: Sandbox, server: TmuxServer) => Promise<Partial<Circumstances>> | Partial<Circumstances>;

/** A program called `tmux` before the real one on the PATH. */
function insteadOfTmux(script: string, mode = 0o755): Fault {
  return (sandbox) => {
    const bin = sandbox.file('instead');
    mkdirSync(bin);
    writeFileSync(join(bin, 'tmux'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'tmux'), mode);
    return { env: { PATH: `${bin}:${sandbox.env.PATH}`, REAL: realTmux } };
  };
}

const realTmux = spawnSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).stdout.trim();

/** A listening socket in the server's place; `behaviour` is Python with a connection `c`. */
function insteadOfServer(behaviour: string): Fault {
  return async (sandbox, server) => {
    const { socket, pid } = server;
    process.kill(pid, 'SIGKILL');
    await server.gone();
    rmSync(socket);
    const script = `import os, socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(50); print('listening', flush=True)
kept = []
while True:
    c, _ = s.accept()
    ${behaviour}`;
    await startPython(script, [socket], sandbox.env);
    return {};
  };
}

/** What binds everybody else binds root only without these capabilities. */
const bound: Partial<Circumstances> =
  process.getuid?.() === 0
    ? { under: ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'] }
    : {};

/** The way of a person takes two looks, of 2 seconds each where a server hangs. */
const SLOW: readonly Way[] = ['front'];

const FAULTS: [title: string, reason: RegExp, fault: Fault, ways?: readonly Way[]][] = [
  ['no tmux on the PATH', /not found|No such file/, (sandbox) => ({ env: { PATH: pathWithoutTmux(sandbox) } })],
  ['a tmux that is not executable', /[Pp]ermission denied|cannot execute/, onlyThisTmux('exit 0', 0o644)],
  ['a tmux that is a folder', /./, (sandbox) => ({ env: { PATH: withFolder(pathWithoutTmux(sandbox)) } })],
  [
    'a socket that may not be used',
    /Permission denied/,
    (_, { socket }) => {
      chmodSync(socket, 0);
      return bound;
    },
  ],
  [
    'a folder of sockets that may not be entered',
    /Permission denied|couldn't/,
    (_, { socket }) => {
      chmodSync(dirname(socket), 0o600);
      onTestFinished(() => chmodSync(dirname(socket), 0o700));
      return bound;
    },
  ],
  [
    'a folder of sockets that others may write to',
    /unsafe permissions/,
    (_, { socket }) => {
      chmodSync(dirname(socket), 0o777);
      return {};
    },
    // With the socket's path, as the front has it, tmux does not look at the folder and answers.
    ['reconcile', 'event'],
  ],
  ['a server that hangs (a socket that never answers)', /did not answer in time/, insteadOfServer('kept.append(c)')],
  [
    'a server that hangs (stopped)',
    /did not answer in time/,
    (_, server) => {
      const { pid } = server;
      process.kill(pid, 'SIGSTOP');
      onTestFinished(() => void process.kill(pid, 'SIGCONT'));
      return {};
    },
  ],
  ['a server that hangs up', /server exited|lost server/, insteadOfServer('c.close()')],
  ['a server that hangs up in the middle', /server exited|lost server/, insteadOfServer('c.recv(10); c.close()'), SLOW],
  ['a server that talks nonsense', /./, insteadOfServer('c.sendall(os.urandom(4000)); c.close()'), SLOW],
  [
    'a server of another protocol',
    /./,
    insteadOfServer('c.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n"); kept.append(c)'),
    SLOW,
  ],
  ['a client without a UTF-8 locale', /UTF-8/, insteadOfTmux('echo "tmux: need UTF-8 locale" >&2; exit 1')],
  ['garbage', /garbled|middle/, insteadOfTmux('head -c 5000 /dev/urandom')],
  ['garbage and failure', /./, insteadOfTmux('head -c 5000 /dev/urandom; exit 1')],
  ['success without an answer', /garbled/, insteadOfTmux('exit 0')],
  ['failure without a word', /tmux exited with 1/, insteadOfTmux('exit 1')],
  ['another failure in words', /usage/, insteadOfTmux('echo "usage: tmux [-L name]" >&2; exit 1')],
  ['words of absence in a longer complaint', /./, insteadOfTmux('echo no server running on x; echo oh dear; exit 1')],
  ['words of absence from a tmux that crashed', /signal/, insteadOfTmux('echo no server running on x; kill -SEGV $$')],
  ['words of absence and success', /garbled/, insteadOfTmux('echo no server running on x')],
  ['words of absence about another server', /./, insteadOfTmux('echo no server running on /elsewhere/default; exit 1')],
  ['an answer without its end', /garbled/, insteadOfTmux('"$REAL" "$@" | head -n 2')],
  ['an answer without its middle', /garbled/, insteadOfTmux('"$REAL" "$@" | sed "/^P/d"')],
  ['an answer without options', /garbled/, insteadOfTmux('"$REAL" "$@" | sed "/^O/d"')],
  ['an answer cut in a line', /middle/, insteadOfTmux('"$REAL" "$@" | head -c 60')],
  ['an answer and a failure', /./, insteadOfTmux('"$REAL" "$@"; exit 1')],
  ['a tmux killed by a signal', /killed by signal 15/, insteadOfTmux('kill -TERM $$')],
  ['a tmux that crashes', /killed by signal 11/, insteadOfTmux('kill -SEGV $$')],
  ['a tmux that is killed in its answer', /killed by signal/, insteadOfTmux('"$REAL" "$@" | head -n 2; kill -TERM $$')],
  ['a tmux that never ends', /did not answer in time/, insteadOfTmux('exec sleep 1000')],
  [
    'a tmux that never ends its answer',
    /did not answer in time|middle/,
    insteadOfTmux('"$REAL" "$@"; exec sleep 1000'),
    SLOW,
  ],
  [
    'a tmux that ignores signals',
    /did not answer in time/,
    insteadOfTmux('trap "" TERM HUP INT; while :; do sleep 1; done'),
    SLOW,
  ],
];

/** Root finds a program only with an `x` for somebody; the real one must not come after it. */
function onlyThisTmux(script: string, mode: number): Fault {
  return (sandbox, server) => {
    const { env } = insteadOfTmux(script, mode)(sandbox, server) as { env: NodeJS.ProcessEnv };
    return { env: { PATH: `${dirname(join(env.PATH?.split(':')[0] ?? '', 'tmux'))}:${pathWithoutTmux(sandbox)}` } };
  };
}

/** All that the shell scripts need, but no tmux. */
function pathWithoutTmux(sandbox: Sandbox): string {
  const bin = sandbox.file('bin');
  mkdirSync(bin);
  for (const tool of ['sh', 'flock', 'timeout', 'grep', 'rm', 'mkdir', 'cat', 'sleep', 'env']) {
    symlinkSync(sandbox.run('sh', '-c', `command -v ${tool}`).trim(), join(bin, tool));
  }
  return bin;
}

function withFolder(bin: string): string {
  mkdirSync(join(bin, 'tmux'));
  return bin;
}

async function world() {
  const sandbox = new Sandbox();
  const server = sandbox.server().start('main', '/dev/null');
  server.new('new-creator-claude', 'exec sleep 1000');
  return { sandbox, server };
}

describe('no row changes, and the reason is told', () => {
  test.each<(typeof FAULTS)[number]>(FAULTS)('%s', async (_title, reason, fault, ways = WAYS) => {
    const { sandbox, server } = await world();
    const { socket } = server;
    const circumstances = await fault(sandbox, server);
    const registry = rows('default', socket);
    const attempts = await Promise.all(
      ways.map(async (way) => ({ way, ...(await attempt(sandbox, way, { registry, socket, ...circumstances })) })),
    );
    for (const { way, changed, text, status, stderr, journal, report, ms } of attempts) {
      expect(text, way).toBe(registry);
      const code = way === 'reconcile' ? 4 : 0;
      expect({ way, changed, status, stderr }).toEqual({ way, changed: false, status: code, stderr: '' });
      expect(
        journal.map(({ what, server: of }) => [what, of]),
        way,
      ).toEqual([['refused', 'default']]);
      expect(journal[0]?.msg).toMatch(reason);
      expect(ms, way).toBeLessThan(8000);
      if (way !== 'reconcile') continue;
      expect(report).toMatchObject({ tmux_confirmed: false, drifts: [], actions: [], tmux_sessions_alive: [] });
      expect(report?.servers).toMatchObject([
        { server: 'default', state: 'unknown', reason: expect.stringMatching(reason) },
      ]);
    }
  });

  test('without a fault the same rows end, and the new session is registered', async () => {
    const { sandbox, server } = await world();
    for (const way of WAYS) {
      const { text } = await attempt(sandbox, way, { registry: rows('default', server.socket), socket: server.socket });
      expect(text.match(/^ *status: (?:terminated|running)$|terminated_at_epoch: \d{5}/gm), way).toHaveLength(6);
      expect(text).toContain('new-creator-claude');
    }
  });
});
