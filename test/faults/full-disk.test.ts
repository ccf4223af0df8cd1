/** A disk without room, or a limit on the size of files: the registry stays whole, and the next run with room does the work. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Sandbox } from '../e2e/harness.ts';
import { binary, finished } from './attempt.ts';

/** 200 rows that end: half a megabyte, and 90 KiB of journal about it. */
const row = (n: number): string => `- name: s${n}-creator-claude\n  status: running\n  note: ${'x'.repeat(2500)}\n`;
const OLD = `tmux_sessions:\n${Array.from({ length: 200 }, (_, n) => row(n)).join('')}`;

interface Place {
  readonly registry: string;
  readonly state: string;
  readonly env: NodeJS.ProcessEnv;
}

function place(sandbox: Sandbox, registryFolder: string, stateFolder: string): Place {
  const [registry, state] = [join(registryFolder, 'r.yaml'), join(stateFolder, 'state')];
  mkdirSync(registryFolder, { recursive: true });
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeFileSync(registry, OLD, { mode: 0o600 });
  return { registry, state, env: { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: state } };
}

/** The registry as it was, nothing beside it. */
function expectUntouched({ registry }: Place, inode: number): void {
  expect(readFileSync(registry, 'utf8')).toBe(OLD);
  expect(statSync(registry).ino).toBe(inode);
  expect(readdirSync(dirname(registry)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}

async function expectDoneByNextRun({ registry, env, state }: Place): Promise<void> {
  const { status, stderr } = await finished([binary, 'reconcile'], env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(registry, 'utf8').match(/status: terminated/g)).toHaveLength(200);
  expect([...readdirSync(dirname(registry)), ...readdirSync(state)].filter((name) => name.endsWith('.tmp'))).toEqual(
    [],
  );
}

/** A small disk of its own; null where mounting is not allowed. */
function smallDisk(folder: string): string | null {
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'none', folder]).status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

/** Down to the last block. */
function fill(disk: string): void {
  spawnSync('sh', ['-c', 'cat /dev/zero >"$0/ballast"; cat /dev/zero >>"$0/ballast"', disk], { stdio: 'ignore' });
}

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a full disk (needs root, to mount one)',
  () => {
    test.each<[string, (disk: string, other: string) => readonly [string, string], RegExp]>([
      ['with the registry on it', (disk, other) => [disk, other], /cannot write .*r\.yaml: .*ENOSPC/],
      ['with the state folder on it', (disk, other) => [other, disk], /cannot write the journal .*ENOSPC/],
      ['with both on it', (disk) => [disk, disk], /cannot write .*ENOSPC/],
    ])('%s', async (_title, folders, message) => {
      const sandbox = new Sandbox();
      const disk = smallDisk(sandbox.file('disk'));
      if (disk === null) return;
      const here = place(sandbox, ...folders(disk, sandbox.file('other')));
      const { ino } = statSync(here.registry);
      fill(disk);
      const { status, stderr, stdout } = await finished([binary, 'reconcile'], here.env);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expectUntouched(here, ino);
      rmSync(join(disk, 'ballast'));
      await expectDoneByNextRun(here);
    });
  },
);

describe('a limit on the size of files', () => {
  const limits: [string, number, RegExp][] = [
    ['in the journal', 24, /cannot write the journal .*EFBIG/],
    ['in the registry', 200, /cannot write .*r\.yaml: .*EFBIG/],
  ];

  test.each(limits)('that is told as an error, %s', async (_title, blocks, message) => {
    const sandbox = new Sandbox();
    const here = place(sandbox, sandbox.file('r'), sandbox.file('s'));
    const { ino } = statSync(here.registry);
    const limited = ['bash', '-c', `ulimit -f ${blocks}; trap "" XFSZ; exec "$0" reconcile`, binary];
    const { status, stderr } = await finished(limited, here.env);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expectUntouched(here, ino);
    await expectDoneByNextRun(here);
  });

  test.each(limits)('that kills at the write, %s', async (_title, blocks) => {
    const sandbox = new Sandbox();
    const here = place(sandbox, sandbox.file('r'), sandbox.file('s'));
    const limited = ['bash', '-c', `ulimit -c 0; ulimit -f ${blocks}; exec "$0" reconcile`, binary];
    const { status } = await finished(limited, here.env);
    expect(status).not.toBe(0);
    expect(readFileSync(here.registry, 'utf8')).toBe(OLD);
    await expectDoneByNextRun(here);
    const { stdout, stderr } = await finished([binary, 'log', '--json'], here.env);
    const repaired = JSON.parse(stdout).entries.filter(({ what }: { what: string }) => what === 'repaired');
    expect(repaired.length).toBeGreaterThanOrEqual(200);
    expect(stderr).toMatch(/^(?:1 damaged line is left out\n)?$/);
  });
});
