import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readRegistry } from '../../src/registry/read-registry.ts';
import { writeRegistry } from '../../src/registry/write-registry.ts';
import { set } from './builders.ts';
import { registryFile } from './temp-folder.ts';

const BEFORE = 'tmux_sessions:\n- name: a\n  status: running\n- name: b\n  status: running\n';

test.each([
  ['without one of the rows', BEFORE.replace('running', 'gone').replace(/- name: b\n.*\n$/, '')],
  ['without any row', 'tmux_sessions: []\n'],
  ['without anything', ''],
])('a text %s never takes the place of a populated registry, whatever edited it', (_title, after) => {
  const path = registryFile(BEFORE);
  const registry = readRegistry(path);
  const { ino, mtimeMs } = statSync(path);
  expect(() => writeRegistry(registry, [set('a', 'status', 'gone')(registry)], after)).toThrow(/nothing was written/);
  expect(readFileSync(path, 'utf8')).toBe(BEFORE);
  expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  expect(readdirSync(dirname(path))).toHaveLength(1);
});
