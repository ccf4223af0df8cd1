import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { spawnProcess } from '../../src/process/spawn.ts';
import { adoptLock } from '../../src/registry/adopt-lock.ts';
import { lockRegistry } from '../../src/registry/lock.ts';
import { monotonicMs } from '../../src/registry/monotonic.ts';
import { FLOCK_TOOLS, takeFlock } from '../../src/registry/take-flock.ts';
import { python } from './python.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

const isFree = (lockPath: string): boolean => spawnSync('flock', ['-n', lockPath, 'true']).status === 0;

/** Another program that holds the lock until `end` is called. */
async function holder(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    end: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

const bashHolder = (lockPath: string) =>
  holder('bash', ['-c', 'exec 9>>"$0"; flock 9; echo held; read -r _; :', lockPath]);
const pythonHolder = (lockPath: string) =>
  holder(python, [
    '-c',
    'import fcntl,sys; f=open(sys.argv[1],"a+"); fcntl.flock(f,fcntl.LOCK_EX); print("held",flush=True); sys.stdin.read()',
    lockPath,
  ]);

describe('lockRegistry', () => {
  test('shuts others out until it is released, and is kept by the dead no longer', () => {
    const path = registryFile();
    const lock = lockRegistry(path);
    expect(isFree(`${path}.lock`)).toBe(false);
    lock.release();
    lock.release();
    expect(isFree(`${path}.lock`)).toBe(true);
  });

  test('makes the lock file for its owner alone, and leaves it there', () => {
    const path = registryFile();
    lockRegistry(path).release();
    expect(lstatSync(`${path}.lock`).mode & 0o777).toBe(0o600);
  });

  test('keeps what is in a lock file', () => {
    const path = registryFile();
    writeFileSync(`${path}.lock`, 'pid 7\n');
    lockRegistry(path).release();
    expect(lstatSync(`${path}.lock`).size).toBe(6);
  });

  test.each([
    ['bash', bashHolder],
    ['Python', pythonHolder],
  ])('waits for a %s script, and no longer than it may', async (_name, hold) => {
    const path = registryFile();
    const other = await hold(`${path}.lock`);
    expect(() => lockRegistry(path, { waitMs: 50 })).toThrow(
      expect.objectContaining({ code: 'lock-timeout', exitCode: 2 }),
    );
    await other.end();
    lockRegistry(path).release();
  });

  test('two of one process shut each other out', () => {
    const path = registryFile();
    const lock = lockRegistry(path);
    expect(() => lockRegistry(path, { waitMs: 0 })).toThrow(/does not let go/);
    lock.release();
  });

  test('locks both names of a registry that is a symlink', () => {
    const target = registryFile();
    const link = join(tempFolder(), 'link.yaml');
    symlinkSync(target, link);
    const lock = lockRegistry(link);
    expect([link, target].map((path) => isFree(`${path}.lock`))).toEqual([false, false]);
    lock.release();
    expect([link, target].map((path) => isFree(`${path}.lock`))).toEqual([true, true]);
  });

  test('lets go of the first lock when the second is not to be had', () => {
    const target = registryFile();
    const link = join(tempFolder(), 'link.yaml');
    symlinkSync(target, link);
    const other = lockRegistry(target);
    expect(() => lockRegistry(link, { waitMs: 30 })).toThrow(/does not let go/);
    expect(isFree(`${link}.lock`)).toBe(true);
    other.release();
  });

  test('does not wait for itself behind a symlinked folder', () => {
    const target = registryFile();
    const folder = join(tempFolder(), 'folder');
    symlinkSync(dirname(target), folder);
    const lock = lockRegistry(join(folder, basename(target)), { waitMs: 100 });
    expect(isFree(`${target}.lock`)).toBe(false);
    lock.release();
  });

  test.runIf(process.platform === 'linux')(
    'takes the new lock file when the one that it waits for is removed',
    async () => {
      const path = registryFile();
      const other = await holder('bash', [
        '-c',
        'exec 9>>"$0"; flock 9; echo held; read -r _; rm "$0"',
        `${path}.lock`,
      ]);
      const { ino } = lstatSync(`${path}.lock`);
      const module = join(import.meta.dirname, '../../src/registry/lock.ts');
      const script = `(await import('${module}')).lockRegistry('${path}'); console.log('locked'); process.stdin.resume()`;
      const waiting = holder(process.execPath, ['--input-type=module', '-e', script]);
      await expect.poll(() => readFileSync('/proc/locks', 'utf8')).toMatch(new RegExp(`-> FLOCK .*:${ino} `));
      await other.end();
      await waiting;
      expect(isFree(`${path}.lock`)).toBe(false);
    },
  );

  test('a missing registry has no lock', () => {
    const path = join(tempFolder(), 'none.yaml');
    expect(() => lockRegistry(path)).toThrow(
      expect.objectContaining({ code: 'registry-missing', exitCode: 1, message: `ERROR: ${path} not found` }),
    );
    expect(lstatSync(`${path}.lock`, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.each([
    ['a folder', (lockPath: string) => mkdirSync(lockPath)],
    ['a FIFO', (lockPath: string) => spawnSync('mkfifo', [lockPath])],
    ['a symlink', (lockPath: string) => symlinkSync('/etc/passwd', lockPath)],
  ])("refuses %s in the lock file's place", (_title, make) => {
    const path = registryFile();
    make(`${path}.lock`);
    expect(() => lockRegistry(path)).toThrow(expect.objectContaining({ code: 'lock-refused' }));
  });

  test.runIf(process.getuid?.() === 0)('refuses the lock file of somebody else', () => {
    const path = registryFile();
    spawnSync('install', ['-o', '65534', '-m', '666', '/dev/null', `${path}.lock`]);
    expect(() => lockRegistry(path)).toThrow(/belongs to somebody else/);
  });
});

describe('takeFlock', () => {
  const installed = FLOCK_TOOLS.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }));

  const descriptor = (lockPath: string): number => {
    const fd = openSync(lockPath, 'a+');
    onTestFinished(() => closeSync(fd));
    return fd;
  };

  test.each(installed)('$path locks, and waits no longer than it may', (tool) => {
    const lockPath = join(tempFolder(), 'lock');
    const started = monotonicMs();
    takeFlock(descriptor(lockPath), lockPath, started + 1000, [tool]);
    expect(isFree(lockPath)).toBe(false);
    expect(() => takeFlock(descriptor(lockPath), lockPath, monotonicMs() + 60, [tool])).toThrow(
      expect.objectContaining({ code: 'lock-timeout' }),
    );
  });

  test('asks again and again where flock cannot wait (busybox)', () => {
    const folder = tempFolder();
    const [lockPath, busybox] = [join(folder, 'lock'), join(folder, 'flock')];
    const script =
      '#!/bin/sh\n[ "$1" = -w ] && { echo "flock: invalid option -- w" >&2; echo "Usage: flock" >&2; exit 1; }\nexec /usr/bin/flock "$@"\n';
    writeFileSync(busybox, script);
    chmodSync(busybox, 0o755);
    const tool = { path: busybox, argv: (seconds: string) => ['-w', seconds, '-x', '3'] };
    takeFlock(descriptor(lockPath), lockPath, monotonicMs() + 1000, [tool]);
    expect(isFree(lockPath)).toBe(false);
    expect(() => takeFlock(descriptor(lockPath), lockPath, monotonicMs() + 60, [tool])).toThrow(/does not let go/);
  });

  test('goes on to the next tool when one does not work', () => {
    const lockPath = join(tempFolder(), 'lock');
    const broken = { path: '/bin/ls', argv: () => ['/nowhere'] };
    takeFlock(descriptor(lockPath), lockPath, monotonicMs() + 1000, [broken, ...FLOCK_TOOLS]);
    expect(isFree(lockPath)).toBe(false);
  });

  test('says why there is no way to lock', () => {
    const lockPath = join(tempFolder(), 'lock');
    const fd = descriptor(lockPath);
    const absent = { path: '/nowhere/flock', argv: () => [] };
    expect(() => takeFlock(fd, lockPath, monotonicMs() + 1000, [absent])).toThrow(/none of flock, perl and python3/);
    expect(() =>
      takeFlock(fd, lockPath, monotonicMs() + 1000, [{ path: '/bin/ls', argv: () => ['/nowhere'] }]),
    ).toThrow(
      expect.objectContaining({ code: 'no-flock', exitCode: 2, message: expect.stringMatching(/ls: .*nowhere/) }),
    );
  });
});

describe('adoptLock', () => {
  const flockOn = (path: string): number => {
    const fd = openSync(path, 'a');
    spawnProcess('/usr/bin/flock', ['-x', '3'], { inherit: [fd] });
    return fd;
  };

  test('holds on to the lock that the shell took', () => {
    const path = registryFile();
    const lock = adoptLock(flockOn(`${path}.lock`), path);
    expect(isFree(`${path}.lock`)).toBe(false);
    lock.release();
    expect(isFree(`${path}.lock`)).toBe(true);
  });

  test("adds the lock of a symlink's target", () => {
    const target = registryFile();
    const link = join(tempFolder(), 'link.yaml');
    symlinkSync(target, link);
    const lock = adoptLock(flockOn(`${link}.lock`), link);
    expect(isFree(`${target}.lock`)).toBe(false);
    lock.release();
  });

  const refusal = expect.objectContaining({ code: 'lock-not-held' });

  test('refuses a descriptor that is closed, of another file, not locked, or of a lock file that was removed', () => {
    const path = registryFile();
    const other = flockOn(`${registryFile()}.lock`);
    const unlocked = openSync(`${path}.lock`, 'a');
    for (const fd of [other, unlocked]) onTestFinished(() => closeSync(fd));
    expect(() => adoptLock(999, path)).toThrow(refusal);
    expect(() => adoptLock(other, path)).toThrow(refusal);
    expect(() => adoptLock(unlocked, path)).toThrow(refusal);
    const removed = flockOn(`${path}.lock`);
    unlinkSync(`${path}.lock`);
    expect(() => adoptLock(removed, path)).toThrow(refusal);
    closeSync(removed);
    rmSync(path);
  });
});
