/** What must hold for each binary built on the machine that it is for; the build fails otherwise. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { partNames, version } from './bundle.ts';
import { SOCKET, sampleEvents, sandbox, spoolEvent } from './sandbox.ts';

interface Through {
  readonly input?: string;
  /** A file whose lock the binary finds taken at descriptor 9. */
  readonly lock?: string;
  /** Is stdout /dev/null? */
  readonly silent?: boolean;
}

interface Trace {
  readonly cacheRejected: Readonly<Record<string, boolean>>;
  readonly modules: readonly string[];
}

export function smoke(binary: string, { caches, scratch }: { caches: boolean; scratch: string }): void {
  const sandboxed = sandbox(scratch);

  function run(args: readonly string[], env: Readonly<Record<string, string>>, through: Through = {}) {
    const { input = '', lock = '', silent = false } = through;
    const shell = ['-c', 'if [ -n "$0" ]; then exec 9>>"$0"; flock 9; fi; exec "$@"', lock, binary, ...args];
    const ran = spawnSync('sh', shell, {
      encoding: 'utf8',
      input,
      env: { ...sandboxed, ...env },
      stdio: ['pipe', silent ? 'ignore' : 'pipe', 'pipe'],
    });
    assert.equal(ran.signal, null, `${args.join(' ')}: died of ${ran.signal}`);
    return ran;
  }

  function trace(args: readonly string[], parts: readonly string[], through?: Through): Trace {
    const { stderr } = run(args, { TMUX_DRIFT_TRACE: parts.join(',') }, through);
    return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
  }

  // A user's NODE_OPTIONS, which would end any other Node program here, is none of our business.
  const { stdout, stderr, status } = run(['--version'], { NODE_OPTIONS: '--bogus' });
  assert.deepEqual({ stdout, stderr, status }, { stdout: `${version}\n`, stderr: '', status: 0 });

  // Both ways round, so that caches made under either set of flags are used, see src/parts.binary.ts.
  for (const order of [partNames, partNames.toReversed()]) {
    const accepted = caches ? Object.fromEntries(order.map((name) => [name, false])) : {};
    assert.deepEqual(trace(['--version'], order).cacheRejected, accepted, 'which code caches are rejected');
  }

  // As scripts/event.sh starts it. The first one reads the registry as a whole and makes its index.
  const events = sampleEvents(1).map(({ hook, text }) => {
    spawnSync('sleep', ['0.05']);
    const words = ['event', hook, `--socket=${SOCKET}`, '--answer-fd=0', '--lock-fd=9'];
    spoolEvent(sandboxed.HOME ?? '', hook);
    return trace(words, [], { input: text, lock: `${sandboxed.AGENT_SESSIONS_YAML}.lock` });
  });
  const event = events.at(-1) as Trace;
  // They were not asked again, which none of them would have been there for.
  assert.match(readFileSync(sandboxed.AGENT_SESSIONS_YAML ?? '', 'utf8'), /^- name: new-creator-claude$/m);
  assert.deepEqual(Object.keys(event.cacheRejected), caches ? ['hooks'] : [], 'the parts that an event loads');
  assert.deepEqual(heavy(event), [], 'the heavy modules of Node that an event loads');
  assert.deepEqual(heavy(trace(['reconcile'], [], { silent: true })), [], 'the heavy modules that a full run loads');
}

const heavy = ({ modules }: Trace): readonly string[] =>
  modules.filter((module) => /^NativeModule (stream|net|tty|child_process|.*console.*)$/.test(module));
