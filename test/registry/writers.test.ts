import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readRegistry } from '../../src/registry/read-registry.ts';
import { python, pyyamlData } from './python.ts';
import { registryFile, tempFolder } from './temp-folder.ts';

/** Each adds rows `<prefix>-0`, `<prefix>-1`, …, one at a time, under the common lock. */
const PYTHON = `
import fcntl, os, sys, yaml
path, prefix, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(count):
    with open(path + '.lock', 'a+') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = yaml.load(open(path), getattr(yaml, 'CSafeLoader', yaml.SafeLoader))
        data['tmux_sessions'].append({'name': f'{prefix}-{n}', 'status': 'running', 'pane': {'pid': n}})
        with open(f'{path}.{prefix}', 'w') as out:
            yaml.dump(data, out, getattr(yaml, 'CSafeDumper', yaml.SafeDumper), sort_keys=False, allow_unicode=True, width=4096)
        os.replace(f'{path}.{prefix}', path)
`;

const BASH = `
set -eu
for ((n = 0; n < $3; n++)); do
  exec 9>>"$1.lock"
  flock 9
  { cat "$1"; printf -- '- name: %s-%s\\n  status: "running" # by bash\\n' "$2" "$n"; } >"$1.$2"
  mv "$1.$2" "$1"
  exec 9>&-
done
`;

const source = (name: string): string => JSON.stringify(join(import.meta.dirname, `../../src/registry/${name}.ts`));
const OURS = `
const { lockRegistry } = await import(${source('lock')});
const { openRegistry } = await import(${source('open-registry')});
const [, path, prefix, count, indexPath] = process.argv;
for (let n = 0; n < Number(count); n++) {
  const lock = lockRegistry(path, { waitMs: 60_000 });
  openRegistry(path, indexPath).write([{ kind: 'append', value: { name: prefix + '-' + n, status: n % 2 ? 'running' : 'archived' } }]);
  lock.release();
}
`;

const EACH = 43;

test('seven writers at once, in Python, bash and ours: 301 changes, none lost, parseable at any time', async () => {
  const path = registryFile('# kept by nobody\ntmux_sessions:\n- name: first\n  status: running\n');
  const indexPath = join(tempFolder(), 'row-index');
  const writer = (file: string, argv: readonly string[], prefix: string) => {
    const child = spawn(file, [...argv, path, prefix, String(EACH), indexPath], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return Promise.all([once(child, 'exit'), text(child.stderr)]).then(([[code], errors]) => ({
      prefix,
      code,
      errors,
    }));
  };
  const ours = ['--input-type=module', '-e', OURS, '--'];
  const running = Promise.all([
    ...['p1', 'p2'].map((prefix) => writer(python, ['-c', PYTHON], prefix)),
    ...['b1', 'b2'].map((prefix) => writer('bash', ['-c', BASH, 'bash'], prefix)),
    ...['o1', 'o2', 'o3'].map((prefix) => writer(process.execPath, ours, prefix)),
  ]);
  let over = false;
  void running.then(() => {
    over = true;
  });
  let rows = 0;
  while (!over) {
    const { rows: now, unreadable } = readRegistry(path);
    expect(unreadable).toEqual([]);
    expect(now.length).toBeGreaterThanOrEqual(rows);
    rows = now.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await running).filter(({ code }) => code !== 0)).toEqual([]);
  const names = readRegistry(path).rows.map(({ name }) => name);
  const expected = ['p1', 'p2', 'b1', 'b2', 'o1', 'o2', 'o3'].flatMap((p) =>
    Array.from({ length: EACH }, (_, n) => `${p}-${n}`),
  );
  expect(names.slice(1).sort()).toEqual(expected.sort());
  expect(pyyamlData([readRegistry(path).text])[0]).toHaveProperty('tmux_sessions.301');
  expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), `${basename(path)}.lock`].sort());
}, 120_000);
