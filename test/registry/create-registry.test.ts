import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createRegistry } from '../../src/registry/create-registry.ts';
import { readRegistry } from '../../src/registry/read-registry.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

test('makes an empty registry that nobody else can read, and the folders above it', () => {
  const path = join(tempFolder(), 'state', 'tmux-drift', 'agents.yaml');
  expect(createRegistry(path)).toBe(true);
  expect(readRegistry(path)).toMatchObject({ rows: [], unreadable: [] });
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('leaves a registry alone that is there', () => {
  const path = registryFile('mine');
  expect(createRegistry(path)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('makes the file that a symlink to nothing names', () => {
  const folder = tempFolder();
  symlinkSync('synced/agents.yaml', join(folder, 'link'));
  expect(createRegistry(join(folder, 'link'))).toBe(true);
  expect(readRegistry(join(folder, 'synced', 'agents.yaml')).rows).toEqual([]);
});

test('says what it could not create', () => {
  const path = join(registryFile(), 'agents.yaml');
  expect(() => createRegistry(path)).toThrow(
    expect.objectContaining({ code: 'write-failed', message: expect.stringContaining(path) }),
  );
  const folder = join(tempFolder(), 'agents.yaml');
  mkdirSync(folder);
  expect(createRegistry(folder)).toBe(false);
});
