import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spawnProcess } from '../../src/process/spawn.ts';
import { spawnByModule } from '../../src/process/spawn-by-module.ts';

describe.each([
  ['binding', spawnProcess],
  ['module', spawnByModule],
] as const)('spawnProcess by %s', (_way, spawn) => {
  const sh = (script: string, options = {}) => spawn('/bin/sh', ['-c', script], options);

  it('gives status and both streams', () => {
    const { status, stdout, stderr, error } = sh('echo out; echo err >&2; exit 3');
    expect([status, String(stdout), String(stderr), error]).toEqual([3, 'out\n', 'err\n', null]);
  });
  it('passes arguments as they are', () => {
    expect(String(spawn('/usr/bin/printf', ['%s|', '$(id)', "a'b", 'c d'], {}).stdout)).toBe("$(id)|a'b|c d|");
  });
  it('finds programs on the PATH that it is given', () => {
    expect(spawn('sh', ['-c', 'exit 0'], { env: { PATH: '/bin:/usr/bin' } }).status).toBe(0);
    expect(spawn('sh', ['-c', 'exit 0'], { env: { PATH: '/nowhere' } }).error).toBe('ENOENT');
  });
  it('says ENOENT for a program that is not there and EACCES for one that may not run', () => {
    expect(spawn('/no/such/program', [], {}).error).toBe('ENOENT');
    expect(spawn('/etc/passwd', [], {}).error).toBe('EACCES');
  });
  it('ends what takes too long', () => {
    expect(sh('exec sleep 20', { timeoutMs: 50 })).toMatchObject({
      status: null,
      signal: 'SIGTERM',
      error: 'ETIMEDOUT',
    });
  });
  it('feeds stdin, and an empty one without input', () => {
    expect([String(sh('cat', { input: 'abc' }).stdout), String(sh('cat').stdout)]).toEqual(['abc', '']);
  });
  it('reads extra pipes apart', () => {
    expect(sh('echo three >&3; echo four >&4', { pipes: 2 }).pipes.map(String)).toEqual(['three\n', 'four\n']);
  });
  it('hands descriptors on', () => {
    const fd = openSync('/etc/hostname', 'r');
    expect(sh('cat <&3', { inherit: [fd] }).status).toBe(0);
  });
});
