import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { stampOf } from '../../src/registry/file-stamp.ts';
import { replaceFile } from '../../src/registry/replace-file.ts';
import { sweepTempFiles } from '../../src/registry/sweep-temp-files.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const stampNow = (path: string) => stampOf(statSync(path, { bigint: true }));
const leftovers = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name !== basename(path));
const isRoot = process.getuid?.() === 0;

describe('replaceFile', () => {
  test('puts the new content there, in one or in several pieces', () => {
    const path = registryFile('old');
    replaceFile(path, Buffer.from('new'));
    expect(read(path)).toBe('new');
    replaceFile(path, [Buffer.from('in '), Buffer.from('pie'), Buffer.alloc(0), Buffer.from('ces')]);
    expect(read(path)).toBe('in pieces');
    expect(leftovers(path)).toEqual([]);
  });

  test('makes a file that was not there, for its owner alone', () => {
    const path = join(tempFolder(), 'state');
    replaceFile(path, Buffer.from('new'));
    expect([read(path), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
  });

  test.each([0o600, 0o640, 0o666, 0o755])('keeps the mode %o', (mode) => {
    const path = registryFile('old');
    chmodSync(path, mode);
    replaceFile(path, Buffer.from('new'));
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  test.runIf(isRoot)('keeps the owner and the group', () => {
    const path = registryFile('old');
    chownSync(path, 65534, 65533);
    replaceFile(path, Buffer.from('new'));
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65533 });
  });

  test('keeps a symlink and replaces what it names', () => {
    const target = registryFile('old');
    const link = join(tempFolder(), 'link');
    symlinkSync(target, link);
    replaceFile(link, Buffer.from('new'));
    expect([readlinkSync(link), read(target)]).toEqual([target, 'new']);
    expect(leftovers(link)).toEqual([]);
  });

  test('leaves a file alone that holds the content already, with its times', () => {
    const path = registryFile('same');
    utimesSync(path, 1000, 1000);
    const before = stampNow(path);
    expect(replaceFile(path, [Buffer.from('sa'), Buffer.from('me')])).toEqual(before);
    expect(stampNow(path)).toEqual(before);
  });

  test('returns the stamp of the file as it stands', () => {
    const path = registryFile('old');
    expect(replaceFile(path, Buffer.from('new'))).toEqual(stampNow(path));
  });

  test('writes a time that no clock of a file system gives', () => {
    const path = registryFile('old');
    const times = Array.from({ length: 5 }, (_, n) => replaceFile(path, Buffer.from(`${n}`)).mtimeNs % 1_000_000n);
    expect(new Set(times).size).toBe(5);
  });

  test('writes nothing when the file is not the one that was read', () => {
    const path = registryFile('old');
    const expected = stampNow(path);
    writeFileSync(path, 'by another');
    expect(() => replaceFile(path, Buffer.from('new'), { expected })).toThrow(
      expect.objectContaining({ code: 'registry-changed', exitCode: 2 }),
    );
    expect([read(path), leftovers(path)]).toEqual(['by another', []]);
    replaceFile(path, Buffer.from('new'), { expected: stampNow(path) });
    expect(read(path)).toBe('new');
  });

  test.each([
    ['a folder', (path: string) => mkdirSync(path), 'not a regular file'],
    ['a FIFO', (path: string) => spawnSync('mkfifo', [path]), 'not a regular file'],
    ['a symlink to nothing', (path: string) => symlinkSync('/nowhere/x', path), 'a symlink to nothing'],
    ['a path through a file', (path: string) => writeFileSync(`${dirname(path)}/f`, ''), 'ENOTDIR', 'f/x'],
    ['a folder that is not there', () => {}, 'ENOENT', 'none/x'],
  ])('refuses %s', (_title, make, why, name = 'x') => {
    const path = join(tempFolder(), 'x');
    make(path);
    expect(() => replaceFile(join(dirname(path), name), Buffer.from('new'))).toThrow(
      expect.objectContaining({ code: 'write-failed', message: expect.stringContaining(why) }),
    );
  });

  test('other names of the file (hard links) keep the old content', () => {
    const path = registryFile('old');
    linkSync(path, join(dirname(path), 'other'));
    replaceFile(path, Buffer.from('new'));
    expect(read(join(dirname(path), 'other'))).toBe('old');
  });
});

/** replaceFile in a process of its own, under a wrapper that makes system calls fail. */
function replaceIn(wrapper: readonly string[], path: string, bytes: number) {
  const [file, ...argv] = replacing(wrapper, path, bytes);
  return spawnSync(file, argv, { encoding: 'utf8' });
}

function replacing(wrapper: readonly string[], path: string, bytes: number): readonly [string, ...string[]] {
  const module = join(import.meta.dirname, '../../src/registry/replace-file.ts');
  const script = `
    const { replaceFile } = await import(${JSON.stringify(module)});
    const { mtimeNs, ctimeNs, ino, dev, size } = (await import('node:fs')).statSync(${JSON.stringify(path)}, { bigint: true });
    const expected = { mtimeNs, ctimeNs, ino, dev, size };
    try { replaceFile(${JSON.stringify(path)}, Buffer.alloc(${bytes}, 'n'), { expected }); console.log('done'); }
    catch (error) { console.log(error.code, error.message); }`;
  const [file = '', ...argv] = [...wrapper, process.execPath, '--input-type=module', '-e', script];
  return [file, ...argv];
}

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const inject = (what: string): readonly string[] => ['strace', '-qq', '-f', '-o', '/dev/null', '-e', `inject=${what}`];

describe.runIf(process.platform === 'linux')('a failing system call leaves the old file whole and says so', () => {
  test('a write that does not fit (ulimit -f)', () => {
    const path = registryFile('old');
    const { stdout } = replaceIn(['bash', '-c', 'ulimit -f 64; trap "" XFSZ; "$0" "$@"'], path, 200_000);
    expect(stdout).toMatch(/^write-failed .*EFBIG/);
    expect([read(path), leftovers(path)]).toEqual(['old', []]);
  });

  test.runIf(isRoot)('a full disk', () => {
    const path = join(tempFolder(), 'disk', 'file');
    const script = `mkdir ${dirname(path)}; mount -t tmpfs -o size=96k none ${dirname(path)}; printf old >${path}; "$@"; echo; cat ${path}; ls -A ${dirname(path)}`;
    const { stdout, status } = replaceIn(['unshare', '-m', 'bash', '-c', script, '-'], path, 200_000);
    if (status !== 0) return;
    expect(stdout).toMatch(/^write-failed .*ENOSPC.*\n\noldfile\n$/);
  });

  test.runIf(hasStrace).each([
    ['fsync:error=EIO:when=1', 'EIO'],
    ['fchmod:error=EPERM:when=1', 'EPERM'],
    ['utimensat:error=EIO:when=1', 'EIO'],
    ['rename,renameat,renameat2:error=ENOSPC:when=1', 'ENOSPC'],
  ])('%s', (what, errno) => {
    const path = registryFile('old');
    expect(replaceIn(inject(what), path, 10).stdout).toMatch(new RegExp(`^write-failed .*${errno}`));
    expect([read(path), leftovers(path)]).toEqual(['old', []]);
  });

  test.runIf(hasStrace)('a folder that cannot be synced: the new file is there, and the doubt is told', () => {
    const path = registryFile('old');
    expect(replaceIn(inject('fsync:error=EIO:when=2'), path, 3).stdout).toMatch(/^write-unsure .*EIO/);
    expect(read(path)).toBe('nnn');
  });

  test.runIf(hasStrace)('a folder whose file system knows no sync is no failure', () => {
    const path = registryFile('old');
    expect(replaceIn(inject('fsync:error=EINVAL:when=2'), path, 3).stdout).toBe('done\n');
  });

  test.runIf(hasStrace)('an editor that writes while we do is not overwritten', async () => {
    const path = registryFile('old');
    const [file, ...argv] = replacing(inject('fsync:delay_enter=400ms:when=1'), path, 10);
    const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = text(child.stdout);
    await expect.poll(() => leftovers(path)).toHaveLength(1);
    writeFileSync(path, 'edited');
    expect(await output).toMatch(/^registry-changed/);
    expect([read(path), leftovers(path)]).toEqual(['edited', []]);
  });

  test.runIf(hasStrace).each(['fsync:signal=KILL:when=1', 'rename,renameat,renameat2:signal=KILL:when=1'])(
    'a kill at %s; the next run cleans up',
    (what) => {
      const path = registryFile('old');
      replaceIn(inject(what), path, 10);
      expect(read(path)).toMatch(/^(old|n{10})$/);
      sweepTempFiles(path);
      expect(leftovers(path)).toEqual([]);
    },
  );
});

describe('sweepTempFiles', () => {
  const tempOf = (path: string, pid: number): string => {
    const temp = join(dirname(path), `.${basename(path)}.${pid}.abc123.tmp`);
    writeFileSync(temp, 'half');
    return basename(temp);
  };

  test('removes those of the dead and the hour-old, and nothing else', () => {
    const path = registryFile();
    const dead = spawnSync('true').pid ?? 0;
    const alive = process.ppid;
    tempOf(path, dead);
    const kept = [
      tempOf(path, alive),
      `.other.yaml.${dead}.abc.tmp`,
      `.${basename(path)}.swp`,
      `${basename(path)}.lock`,
    ];
    for (const name of kept.slice(1)) writeFileSync(join(dirname(path), name), '');
    sweepTempFiles(path);
    expect(leftovers(path).sort()).toEqual(kept.sort());
    utimesSync(join(dirname(path), kept.find((name) => name.includes(`${alive}`)) ?? ''), 1000, 1000);
    sweepTempFiles(path);
    expect(leftovers(path)).toHaveLength(3);
  });
});
