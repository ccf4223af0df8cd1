import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRegistry } from '../../src/registry/read-registry.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

test('reads a file with its stamp', () => {
  const path = registryFile('tmux_sessions:\n- name: é\n');
  expect(readRegistry(path)).toMatchObject({ path, rows: [{ name: 'é' }], stamp: { size: 26n } });
});

test("a missing file is the user's to create", () => {
  const path = join(tempFolder(), 'none.yaml');
  expect(() => readRegistry(path)).toThrow(
    expect.objectContaining({ code: 'registry-missing', exitCode: 1, message: `ERROR: ${path} not found` }),
  );
});

test.each([
  ['bytes that are no UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff]), ':1:4: not UTF-8'],
  ['a sequence cut short', Buffer.from('a: 1\nb: é').subarray(0, -1), ':2:4: not UTF-8'],
  ['UTF-16', Buffer.from('\ufeffa: 1', 'utf16le'), ':1:1: not UTF-8'],
  ['a NUL', Buffer.from('a: 1\nb: \0\n'), ':2:4: a NUL byte\n  b: \\x00'],
])('refuses %s', (_title, bytes, message) => {
  const path = registryFile();
  writeFileSync(path, bytes);
  expect(() => readRegistry(path)).toThrow(
    expect.objectContaining({
      code: 'registry-unreadable',
      exitCode: 2,
      message: expect.stringContaining(path + message),
    }),
  );
});

test('refuses more than 64 MiB, without reading it', () => {
  const path = registryFile();
  truncateSync(path, 65 * 1024 * 1024);
  expect(() => readRegistry(path)).toThrow(expect.objectContaining({ code: 'registry-unreadable' }));
});

test.each([
  ['a folder', (path: string) => mkdirSync(path)],
  ['a FIFO', (path: string) => spawnSync('mkfifo', [path])],
])('refuses %s', (_title, make) => {
  const path = join(tempFolder(), 'agents.yaml');
  make(path);
  expect(() => readRegistry(path)).toThrow(expect.objectContaining({ code: 'read-failed', exitCode: 2 }));
});
