/** What must hold for each binary built on the machine that it is for; the build fails otherwise. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partNames, version } from './bundle.ts';

interface Trace {
  readonly cacheRejected: Readonly<Record<string, boolean>>;
  readonly modules: readonly string[];
}

export function smoke(binary: string, { caches, scratch }: { caches: boolean; scratch: string }): void {
  const home = mkdtempSync(join(scratch, 'home-'));

  function run(args: readonly string[], env: Readonly<Record<string, string>>) {
    const ran = spawnSync(binary, args, {
      encoding: 'utf8',
      input: '',
      env: { PATH: process.env.PATH, HOME: home, TMUX_TMPDIR: home, ...env },
    });
    assert.equal(ran.signal, null, `${args.join(' ')}: died of ${ran.signal}`);
    return ran;
  }

  function trace(args: readonly string[], parts: readonly string[], env = {}): Trace {
    const { stderr } = run(args, { ...env, TMUX_DRIFT_TRACE: parts.join(',') });
    return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
  }

  // A user's NODE_OPTIONS, which would end any other Node program here, is none of our business.
  const { stdout, stderr, status } = run(['--version'], { NODE_OPTIONS: '--bogus' });
  assert.deepEqual({ stdout, stderr, status }, { stdout: `${version}\n`, stderr: '', status: 0 });

  // In this order caches made under both sets of flags are used, see src/parts.binary.ts.
  for (const order of [
    ['yaml', 'cli', 'lockfile', 'mqtt'],
    ['mqtt', 'lockfile', 'cli', 'yaml'],
  ]) {
    const accepted = caches ? Object.fromEntries(order.map((name) => [name, false])) : {};
    assert.deepEqual(trace(['--version'], order).cacheRejected, accepted, 'code caches, by part: rejected?');
  }
  assert.equal(partNames.length, 4, 'each part is in the orders above');

  const registry = join(home, 'agent-sessions.yaml');
  writeFileSync(registry, 'tmux_sessions:\n- name: smoke-claude\n  status: running\n  tmux_server: default\n');
  const event = trace(['event', 'session-closed'], [], { AGENT_SESSIONS_YAML: registry });
  assert.deepEqual(event.cacheRejected, {}, 'the event path loads no part');
  const heavy = event.modules.filter((module) => /^NativeModule (stream|net|child_process|.*console.*)$/.test(module));
  assert.deepEqual(heavy, [], 'the event path loads nothing heavy of Node');
}
