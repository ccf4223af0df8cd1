/**
 * Runs of ours and a Python script that write one registry under the one lock, and are killed at any moment. TMUX_DRIFT_FUZZ=1: 200 rounds.
 * The script adds rows that run nowhere, our runs end them: what either has finished is there for good.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { Sandbox } from '../e2e/harness.ts';
import { waitFor } from '../e2e/wait-for.ts';
import { python } from '../registry/python.ts';
import { binary, finished, journalOf } from './attempt.ts';

const ROUNDS = process.env.TMUX_DRIFT_FUZZ === '1' ? 200 : 20;

/** Prints the name of each row once it is in the file and the lock is free again. */
const SCRIPT = `
import fcntl, os, sys, yaml
path, prefix = sys.argv[1:]
n = 0
while True:
    with open(path + '.lock', 'a+') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(path) as f: data = yaml.safe_load(f)
        data['tmux_sessions'].append({'name': f'{prefix}-{n}', 'status': 'running', 'note': 'x' * 300})
        with open(f'{path}.{prefix}', 'w') as f: yaml.safe_dump(data, f, sort_keys=False)
        os.replace(f'{path}.{prefix}', path)
    print(f'{prefix}-{n}', flush=True)
    n += 1
    sys.stdin.readline()
`;

test(`${ROUNDS} rounds of kill -9: the registry can always be read, nothing finished is lost, no lock stays`, {
  timeout: 600_000,
}, async () => {
  const sandbox = new Sandbox();
  const [registry, state] = [sandbox.file('r.yaml'), sandbox.file('state')];
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(registry, 'tmux_sessions: []\n', { mode: 0o600 });
  const env = { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: state };
  const added = new Set<string>();
  const ended = new Set<string>();
  let writer = startWriter(registry, 'w', added);

  for (let round = 0; round < ROUNDS; round++) {
    const before = [...added];
    const run = spawn(binary, round % 2 ? ['reconcile'] : ['event', `--socket=${sandbox.server().socket}`], {
      env,
      stdio: 'ignore',
    });
    const exit = once(run, 'exit');
    // Every third run may come to its end.
    if (round % 3 > 0) setTimeout(() => run.kill('SIGKILL'), Math.random() * 300);
    const [code] = await exit;
    if (code === 0) for (const name of before) ended.add(name);
    if (round % 4 === 3) {
      writer.child.kill('SIGKILL');
      writer = startWriter(registry, `w${round}`, added);
    }
    const rows = rowsOf(registry);
    expect([...ended].filter((name) => rows.get(name) !== 'terminated')).toEqual([]);
    expect([...added].filter((name) => !rows.has(name))).toEqual([]);
    const { size } = added;
    writer.more();
    await waitFor('the other writer gets the lock', () => added.size > size);
  }
  writer.child.kill('SIGKILL');
  await once(writer.child, 'exit');

  expect((await finished([binary, 'reconcile'], env)).status).toBe(0);
  const rows = rowsOf(registry);
  expect([...rows.values()].filter((status) => status !== 'terminated')).toEqual([]);
  expect([...added].filter((name) => !rows.has(name))).toEqual([]);
  expect(ended.size).toBeGreaterThan(0);
  const told = new Set(journalOf(state).flatMap(({ what, name }) => (what === 'repaired' ? [name] : [])));
  expect([...rows.keys()].filter((name) => !told.has(name))).toEqual([]);
  expect([...readdirSync(sandbox.home), ...readdirSync(state)].filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(spawnSync('flock', ['-n', join(`${registry}.lock`), 'true']).status).toBe(0);
});

interface Writer {
  readonly child: ChildProcess;
  /** One more row, please. */
  more(): void;
}

function startWriter(registry: string, prefix: string, added: Set<string>): Writer {
  const child = spawn(python, ['-c', SCRIPT, registry, prefix], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  let rest = '';
  child.stdout.on('data', (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) added.add(line);
    child.stdin.write('\n');
  });
  return { child, more: () => void child.stdin.write('\n') };
}

/** Status by name; throws for a file that cannot be read, or in which a name stands twice. */
function rowsOf(registry: string): ReadonlyMap<string, string> {
  const rows: readonly { name: string; status: string }[] = parse(readFileSync(registry, 'utf8')).tmux_sessions;
  const byName = new Map(rows.map(({ name, status }) => [name, status]));
  expect(byName.size).toBe(rows.length);
  return byName;
}
