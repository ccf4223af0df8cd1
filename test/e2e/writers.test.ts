/** Seven writers of one registry at once, in three languages, under the one lock: no change is lost, and it can be read at any time. */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { binary, Sandbox } from './harness.ts';

const python = process.env.TMUX_DRIFT_TEST_PYTHON ?? 'python3';
const EACH = 43;

const inPython = `
import fcntl, os, sys, yaml
path, who, each = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(each):
    with open(path + '.lock', 'a') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = yaml.load(open(path, encoding='utf-8'), Loader=yaml.CSafeLoader)
        data['tmux_sessions'].append({'name': f'{who}-{n}', 'status': 'archived'})
        with open(f'{path}.{who}', 'w', encoding='utf-8') as out:
            yaml.dump(data, out, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=4096)
        os.replace(f'{path}.{who}', path)
`;

const inBash = `
path=$1 who=$2 each=$3
for ((n = 0; n < each; n++)); do
  (
    flock 9
    sed "/^tmux_sessions:\\$/a - name: $who-$n\\n  status: archived" "$path" >"$path.$who" && mv "$path.$who" "$path"
  ) 9>>"$path.lock"
done
`;

/** An agent's session appears, and the binary registers it. */
const ours = `
path=$1 who=$2 each=$3
for ((n = 0; n < each; n++)); do
  tmux -L default new-session -d -s "$who-$n-creator-claude" 'exec sleep 1000'
  "${binary}" reconcile >/dev/null || exit
done
`;

const reader = `
import os, sys, yaml
path, stop = sys.argv[1], sys.argv[2]
reads = 0
while not os.path.exists(stop):
    data = yaml.load(open(path, encoding='utf-8'), Loader=yaml.CSafeLoader)
    assert all(row['name'] for row in data['tmux_sessions'])
    reads += 1
print(reads)
`;

test('seven writers, three hundred changes: none is lost', { timeout: 180_000 }, async () => {
  const sandbox = new Sandbox();
  sandbox.writeRegistry('tmux_sessions:\n- name: first\n  status: archived\n');
  sandbox.server().start('main');
  const start = (program: string, ...args: readonly string[]) => run(sandbox, program, args);
  const reading = start(python, '-c', reader, sandbox.registry, sandbox.file('stop'));
  const writers = [
    ...['py1', 'py2'].map((who) => start(python, '-c', inPython, sandbox.registry, who, String(EACH))),
    ...['sh1', 'sh2'].map((who) => start('bash', '-c', inBash, 'bash', sandbox.registry, who, String(EACH))),
    ...['we1', 'we2', 'we3'].map((who) => start('bash', '-c', ours, 'bash', sandbox.registry, who, String(EACH))),
  ];
  for (const { code, stderr } of await Promise.all(writers)) expect([code, stderr]).toEqual([0, '']);
  sandbox.write('stop', '');
  const { code, stdout, stderr } = await reading;
  expect([code, stderr]).toEqual([0, '']);
  expect(Number(stdout)).toBeGreaterThan(10);

  const numbers = Array.from({ length: EACH }, (_, n) => n);
  const expected = [
    'first',
    ...['py1', 'py2', 'sh1', 'sh2'].flatMap((who) => numbers.map((n) => `${who}-${n}`)),
    ...['we1', 'we2', 'we3'].flatMap((who) => numbers.map((n) => `${who}-${n}-creator-claude`)),
  ];
  expect(expected).toHaveLength(1 + 7 * EACH);
  expect(
    sandbox
      .rows()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(expected.toSorted());
});

function run(
  { env }: Sandbox,
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
