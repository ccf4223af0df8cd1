import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = `${import.meta.dirname}/../..`;
const scripts = [
  'plugin.tmux',
  '.ci/run',
  ...['demo', 'test', 'install-binary', 'event.sh', 'hook.sh'].map((name) => `scripts/${name}`),
];
const sourced = readdirSync(`${root}/scripts/lib`, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.sh'),
);
const here = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!here).each([...scripts, ...sourced.map((name) => `scripts/lib/${name}`)])(
  'shellcheck finds nothing in %s',
  (file) => {
    expect(spawnSync('shellcheck', ['-x', file], { cwd: root, encoding: 'utf8' }).stdout).toBe('');
  },
);
