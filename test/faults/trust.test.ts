/** What stands in files and names is data: it is never run, never obeyed by a terminal or by tmux, and others have no hand in it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, Sandbox } from '../e2e/harness.ts';
import { waitFor } from '../e2e/wait-for.ts';
import { attempt, binary, finished, journalOf, WAYS } from './attempt.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

function place(sandbox: Sandbox, registryText: string) {
  const [registry, state] = [sandbox.file('r/r.yaml'), sandbox.file('state')];
  mkdirSync(sandbox.file('r'));
  writeFileSync(registry, registryText, { mode: 0o600 });
  return { registry, state, env: { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: state } };
}

const GONE = 'tmux_sessions:\n- name: a-creator-claude\n  status: running\n';

describe('nothing that a row says is run', () => {
  const traps = (file: string): readonly string[] => [
    `touch ${file}`,
    `$(touch ${file})`,
    `\`touch ${file}\``,
    `x; touch ${file}`,
    `#(touch ${file})`,
    `'; touch ${file}; '`,
  ];
  const rowWith = (trap: string, n: number, status: string): string => {
    const text = JSON.stringify(trap);
    return `- {name: ${JSON.stringify(`${n} ${trap}`)}, status: ${status}, tmux_server: ${text}, start_command: ${text}, attach_command: ${text}, kill_command: ${text}, cmd: ${text}, pane: {pid: 1, cmd: ${text}, cmd_full: ${text}, cwd: ${text}}, conversation: {id: ${text}, source: hook, transcript: ${text}}, claude_session_id_own: ${text}, delegate_job_id: ${text}, agent: claude}\n`;
  };

  test.each(WAYS)('%s', async (way) => {
    const sandbox = new Sandbox();
    const server = sandbox.server().start('main', '/dev/null');
    const file = sandbox.file('PWNED');
    const rows = traps(file).flatMap((trap, n) =>
      ['running', 'terminated', 'archived'].map((status) => rowWith(trap, n, status)),
    );
    const alive = `- {name: main, status: running, agent: claude, start_command: ${JSON.stringify(`touch ${file}`)}, kill_command: ${JSON.stringify(`touch ${file}`)}}\n`;
    const { status, stderr } = await attempt(sandbox, way, {
      registry: `tmux_sessions:\n${rows.join('')}${alive}`,
      socket: server.socket,
    });
    // Some of these servers cannot be asked.
    expect({ status, stderr }).toEqual({ status: way === 'reconcile' ? 4 : 0, stderr: '' });
    expect(existsSync(file)).toBe(false);
  });

  test.each([['status', '--all'], ['doctor'], ['log'], ['reconcile', '--dry-run', '--format', 'text']])(
    '%s',
    async (...words) => {
      const sandbox = new Sandbox();
      const file = sandbox.file('PWNED');
      const { env } = place(
        sandbox,
        `tmux_sessions:\n${traps(file)
          .map((trap, n) => rowWith(trap, n, 'running'))
          .join('')}`,
      );
      await finished([binary, ...words], env);
      expect(existsSync(file)).toBe(false);
    },
  );
});

describe('a state folder that is not safe is refused', () => {
  test.each<[string, RegExp, (state: string) => void]>([
    ['everybody may write to it', /others may write to it/, (state) => made(state, 0o777)],
    ['a group may write to it', /others may write to it/, (state) => made(state, 0o770)],
    ['it is a file', /EEXIST|not a folder/, (state) => writeFileSync(state, '')],
    ...(isRoot
      ? ([
          ['it is somebody else’s', /belongs to user 65534/, (state) => chownSync(made(state, 0o700), NOBODY, NOBODY)],
          ['somebody else has laid a symlink there', /a symlink of user 65534/, (state) => laid(state, NOBODY)],
        ] as [string, RegExp, (state: string) => void][])
      : []),
  ])('%s', async (_title, reason, make) => {
    const sandbox = new Sandbox();
    const { registry, state, env } = place(sandbox, GONE);
    make(state);
    for (const words of [['reconcile'], ['event', `--socket=${sandbox.server().socket}`]]) {
      const { status, stdout, stderr } = await finished([binary, ...words], env);
      expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(reason) });
      expect(stderr).toContain(state);
    }
    expect(readFileSync(registry, 'utf8')).toBe(GONE);
  });

  test('our own symlink is followed, and what others may read is closed', async () => {
    const sandbox = new Sandbox();
    const { state, env } = place(sandbox, GONE);
    laid(state, process.getuid?.() ?? 0);
    const { status } = await finished([binary, 'reconcile'], env);
    expect([status, statSync(state).mode & 0o777]).toEqual([0, 0o700]);
  });

  function made(state: string, mode: number): string {
    mkdirSync(state);
    chmodSync(state, mode);
    return state;
  }

  function laid(state: string, owner: number): void {
    made(`${state}.real`, 0o755);
    symlinkSync(`${state}.real`, state);
    lchownSync(state, owner, owner);
  }
});

test('everything that we make is for its owner alone, whatever the umask', async () => {
  const sandbox = new Sandbox();
  const { server, socket } = { server: sandbox.server().start('main', '/dev/null'), socket: sandbox.server().socket };
  server.new('x-creator-claude', 'exec sleep 1000');
  const open = (...words: readonly string[]) => sandbox.run('sh', '-c', 'umask 0; exec "$@"', '-', ...words);
  open(binary, 'init');
  open(binary, 'reconcile');
  server.kill('x-creator-claude');
  const event = ['session-closed', '--id=$1', '--name=x-creator-claude', '--left=$0', '--pid=1', '--started=1'];
  open(join(root, 'scripts/event.sh'), ...event, `--socket=${socket}`, `--bin=${binary}`, `--path=${sandbox.env.PATH}`);
  open(binary, 'event', 'load', `--socket=${socket}`);
  const made = sandbox.run('find', sandbox.file('.local/state/tmux-drift'), '-printf', '%M %f\n').trimEnd().split('\n');
  expect(made.length).toBeGreaterThan(5);
  expect(made.filter((line) => !/^(?:drwx------|-rw-------) /.test(line))).toEqual([]);
});

describe('a registry that others may change gets a warning', () => {
  test.each<[string, (registry: string) => void, string]>([
    ['for its owner alone', (registry) => chmodSync(registry, 0o600), ''],
    ['that others may read', (registry) => chmodSync(registry, 0o644), ''],
    ['that its group may write', (registry) => chmodSync(registry, 0o660), 'its group may write to it'],
    ['that everybody may write', (registry) => chmodSync(registry, 0o666), 'everybody may write to it'],
    ['in a folder open to all', (registry) => chmodSync(join(registry, '..'), 0o777), 'everybody may replace it'],
    ...(isRoot
      ? ([['of somebody else', (registry) => chownSync(registry, NOBODY, NOBODY), 'it belongs to user 65534']] as [
          string,
          (registry: string) => void,
          string,
        ][])
      : []),
  ])('%s', async (_title, make, warning) => {
    const sandbox = new Sandbox();
    const { registry, env } = place(sandbox, GONE);
    make(registry);
    const { status, stderr } = await finished([binary, 'reconcile'], env);
    expect(status).toBe(0);
    expect(stderr).toMatch(warning === '' ? /^$/ : new RegExp(`^warning: ${registry} .*${warning}.*\\n$`));
  });
});

describe('what a terminal or tmux would obey is shown escaped', () => {
  /** Escape sequences of one and of two bytes, line ends, a title, a direction of writing. */
  const HOSTILE = 'a\u001b[31mb\u009b2Jc\nd\re\u0007f\u001b]0;t\u0007g\u202eh\u2028i-creator-claude';
  const isClean = (text: string): boolean => /^(?:[^\p{Cc}\u2028\u2029\u202a-\u202e]*\n)*$/u.test(text);
  const registryText =
    `tmux_sessions:\n- {name: ${JSON.stringify(HOSTILE)}, status: running}\n- {name: x, status: running, tmux_server: ${JSON.stringify(`/${HOSTILE}`)}}\n- {name: ${JSON.stringify(HOSTILE)}, status: [bad]}\n`.replaceAll(
      /[\u009b\u2028\u202e]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

  test.each([['reconcile', '--dry-run'], ['reconcile'], ['status', '--all'], ['log']])(
    '%s %s in words',
    async (...words) => {
      const sandbox = new Sandbox();
      const { env } = place(sandbox, registryText);
      if (words[0] === 'log') await finished([binary, 'reconcile'], env);
      const { status, stdout, stderr } = await finished(
        [binary, ...words, ...(words[0] === 'reconcile' ? ['--format', 'text'] : [])],
        env,
      );
      expect(status).toBe(0);
      expect(stdout).toContain('\\x1b[31mb');
      expect([isClean(stdout), isClean(stderr)]).toEqual([true, true]);
    },
  );

  test('an error, on the screen and in @drift_error', async () => {
    const sandbox = new Sandbox();
    const server = sandbox.server().start('main', '/dev/null');
    const odd = sandbox.file('#(touch PWNED) #{pid} \u001b[31m');
    mkdirSync(odd);
    const registry = join(odd, 'r.yaml');
    writeFileSync(registry, 'tmux_sessions: [\u001b\n');
    const env = { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: sandbox.file('state') };
    const { status, stderr } = await finished([binary, 'event', `--socket=${server.socket}`], env);
    expect([status, isClean(stderr)]).toEqual([2, true]);
    const shown = server.show('#{E:@drift_error}');
    expect(shown).toContain('#(touch PWNED) #{pid} \\x1b[31m/r.yaml:1:');
    expect(isClean(`${shown}\n`)).toBe(true);
    expect(
      spawnSync('find', [sandbox.home, root, '-maxdepth', '1', '-name', 'PWNED'], { encoding: 'utf8' }).stdout,
    ).toBe('');
  });

  test('nothing of a name comes into the options that a status line expands', async () => {
    const sandbox = new Sandbox();
    const server = sandbox.server().start('main', '/dev/null');
    server.new('#(touch PWNED)-creator-claude', 'exec sleep 1000');
    const { env, state } = place(
      sandbox,
      `${GONE.replace('running', 'terminated')}- {name: main, status: terminated, tmux_session_id: '#(touch PWNED)'}\n- {status: '#(touch PWNED)'}\n`,
    );
    await finished([binary, 'reconcile'], env);
    await waitFor('a count', () => server.option('@drift_count'));
    expect(server.option('@drift_status')).toBe('#[fg=yellow]drift:#{@drift_count}#[default] ');
    expect(journalOf(state).some(({ name }) => name === '#(touch PWNED)-creator-claude')).toBe(true);
  });
});
