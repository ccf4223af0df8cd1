import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFrontNotes } from '../../src/pipeline/front-notes.ts';
import { resolveSettings } from '../../src/settings.ts';

const config = { registry: '~/mine.yaml', agents: { goose: { names: ['goose-*', 'g?'] } } };

/** A home with a config file of some age; what one server's option and somebody's environment say besides. */
function setUp() {
  const home = mkdtempSync(join(tmpdir(), 'drift-notes-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { HOME: home, AGENT_SESSIONS_YAML: '/of/this/environment.yaml' };
  const file = join(home, '.config/tmux-drift/config.yaml');
  mkdirSync(join(home, '.config/tmux-drift'), { recursive: true });
  writeFileSync(file, '');
  utimesSync(file, 100, 100);
  const options = { '@drift-registry': '/of/this/server.yaml' };
  const write = () => writeFrontNotes(home, resolveSettings({ registryFlag: null, env, options, file: config }), env);
  return { home, file, write, read: (name: string) => readFileSync(join(home, name), 'utf8') };
}

test('notes what the config file says, and nothing of what only one server or environment says', () => {
  const { home, write, read } = setUp();
  write();
  expect(read('registry-path')).toBe(`${home}/mine.yaml\n`);
  expect(read('name-patterns')).toBe('goose-*\ng?\n');
});

test('writes them anew when the config file is newer, and only then', () => {
  const { home, file, write, read } = setUp();
  write();
  writeFileSync(join(home, 'registry-path'), 'as it was\n');
  write();
  expect(read('registry-path')).toBe('as it was\n');
  const future = Date.now() / 1000 + 1;
  utimesSync(file, future, future);
  write();
  expect(read('registry-path')).toBe(`${home}/mine.yaml\n`);
});

test('writes none without a config file', () => {
  const { home, file, write } = setUp();
  rmSync(file);
  write();
  expect(existsSync(join(home, 'registry-path'))).toBe(false);
});
