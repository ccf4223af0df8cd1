import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { root, Sandbox } from './harness.ts';
import { faults, type Place, shell } from './install/doctor-faults.ts';
import { waitFor } from './wait-for.ts';

/** A server with the plugin of this checkout at work. */
async function setUp(...conf: readonly string[]): Promise<Place> {
  const sandbox = new Sandbox().usePlugin(...conf);
  const server = sandbox.server().start('main');
  await waitFor('the first run', () => existsSync(sandbox.registry) && server.option('@drift_count') !== '');
  return { sandbox, server };
}

function doctor({ sandbox }: Pick<Place, 'sandbox'>): { code: number | null; ok: boolean; checks: readonly Check[] } {
  const { status, stdout, stderr } = sandbox.call('doctor', '--json');
  if (stdout === '') throw new Error(stderr);
  return { code: status, ...JSON.parse(stdout) };
}

const named = (title: string, checks: readonly Check[], state?: Check['state']): Check | undefined =>
  checks.find((check) => check.title === title && (state === undefined || check.state === state));

test('a sound installation: no error, exit 0, and where each setting comes from', async () => {
  const there = await setUp('set -g @drift-repair on');
  there.sandbox.env.AGENT_SESSIONS_YAML = there.sandbox.registry;
  there.sandbox.write('.config/tmux-drift/config.yaml', 'on_job_end: mark\n');
  const { code, ok, checks } = doctor(there);
  expect(checks.filter(({ state }) => state === 'error')).toEqual([]);
  expect([code, ok]).toEqual([0, true]);
  const detailOf = (title: string) => named(title, checks)?.detail;
  expect(detailOf('setting registry')).toBe(`${there.sandbox.registry} (environment)`);
  expect(detailOf('setting repair')).toBe('on (tmux option)');
  expect(detailOf('setting on-job-end')).toBe('mark (config file)');
  expect(detailOf('setting mqtt-url')).toBe('none (default)');
  expect(detailOf('session-created[1907]')).toBe('ours');
  expect(detailOf('key @drift-key')).toBe('prefix + M-d');
  expect(detailOf('status line')).toBe('status-right shows the count');
  expect(detailOf('plugin')).toContain(root);
});

test('as text: marks, what to do, and a sum', async () => {
  const there = await setUp();
  there.server.tmux('set-hook', '-gu', 'session-closed[1907]');
  const { status, stdout } = there.sandbox.call('doctor');
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^ERROR {4}session-closed\[1907\] +not set\n {9}→ source tmux's configuration again: tmux source-file ~\/\.tmux\.conf$/m,
  );
  expect(stdout).toMatch(/^1 error, \d warnings?$/m);
});

test.each(Object.entries(faults))('%s', async (_, { title, state, detail, mend, mends, make }) => {
  const there = await setUp();
  const { PATH } = there.sandbox.env;
  make(there);
  const { code, checks } = doctor(there);
  there.sandbox.env.PATH = PATH;
  const found = named(title, checks, state);
  expect(found).toMatchObject({ detail: expect.stringMatching(detail), mend: expect.stringMatching(mend) });
  expect(code).toBe(checks.some((check) => check.state === 'error') ? 1 : 0);
  if (!mends) return;
  there.sandbox.env.TMUX = `${there.server.socket},${there.server.pid},0`;
  shell(there, mends(found?.mend ?? ''));
  expect(named(title, doctor(there).checks, state)).toBe(undefined);
});

test('a lock that somebody holds is named after a few seconds', async () => {
  const there = await setUp();
  const held = shell(there, `flock ${there.sandbox.registry}.lock sleep 20 >/dev/null 2>&1 & echo $!`).trim();
  await waitFor('it is held', () => shell(there, `flock -n ${there.sandbox.registry}.lock true || echo held`) !== '');
  const { checks } = doctor(there);
  process.kill(Number(held));
  shell(there, `fuser -k ${there.sandbox.registry}.lock >/dev/null 2>&1 || true`);
  expect(named('registry lock', checks, 'error')?.mend).toBe(
    `end whoever holds it: fuser -v ${there.sandbox.registry}.lock`,
  );
});

test('a binary of the hooks that does not start is named, with the library that it lacks', async () => {
  const there = await setUp();
  const words = 'libatomic.so.1: cannot open shared object file';
  const other = there.sandbox.write('other', `#!/bin/sh\necho '${words}' >&2\nexit 127\n`);
  chmodSync(other, 0o755);
  there.server.tmux('set', '-g', '@drift-bin', other);
  there.server.tmux('source-file', there.sandbox.file('.tmux.conf'));
  expect(named("hooks' binary", doctor(there).checks)).toMatchObject({
    state: 'error',
    detail: `${other} does not start: ${words}`,
    mend: expect.stringContaining('libatomic1'),
  });
});

test('an event that failed is told, until one succeeds', () => {
  const sandbox = new Sandbox();
  sandbox.call('init');
  sandbox.write('.local/state/tmux-drift/last-error', 'no space left\n');
  const last = () => named('last event', doctor({ sandbox }).checks);
  expect(last()).toMatchObject({ state: 'warning', detail: 'no space left', mend: 'tmux-drift reconcile' });
  sandbox.write('.local/state/tmux-drift/last-error', '');
  expect(last()).toBe(undefined);
});

test('writes nothing', async () => {
  const there = await setUp();
  const look = () => [
    readFileSync(there.sandbox.registry, 'utf8'),
    statSync(there.sandbox.registry).mtimeMs,
    there.server.tmux('show-options', '-g'),
  ];
  const before = look();
  doctor(there);
  expect(look()).toEqual(before);
});

test('without a server: says where to run it', () => {
  const sandbox = new Sandbox();
  const { checks } = doctor({ sandbox });
  expect(named('tmux server', checks)).toMatchObject({ state: 'warning', mend: 'run this again inside tmux' });
});
