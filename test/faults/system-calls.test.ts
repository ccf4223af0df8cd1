/** A failing system call, or a kill at it, leaves the old registry or the new one, says what failed, and nothing behind. */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../e2e/harness.ts';
import { binary, finished, journalOf } from './attempt.ts';
import { callsOf, hasStrace, type Injection, type Place, runWithFault, type SystemCall } from './system-calls.ts';

const long = process.env.TMUX_DRIFT_FUZZ === '1';

/** One row that ends, and, for the state files, a drift that stays. */
const OLD = `# mine
tmux_sessions:
- name: a-creator-claude  # why
  status: running
agent_identities:
  claude: {session_id: 11111111-2222-4333-8444-555555555555}
`;
const isNew = (text: string): boolean =>
  /^# mine\ntmux_sessions:\n- name: a-creator-claude {2}# why\n {2}status: terminated\n(?: {2}termin.*\n){4}agent_identities:\n.*\n$/.test(
    text,
  );

/** What earlier runs remember. */
const STATE = [
  ['drifts.json', '{"servers":{},"elsewhere":[],"unknown":[]}\n'],
  ['artifacts-seen', 'claude id-1\n'],
  ['journal.jsonl', '{"time":"2026-01-01T00:00:00.000Z","who":"cli","scope":"all","what":"found","msg":"before"}\n'],
] as const;

interface Trial extends Place {
  readonly registry: string;
}

/** As a person runs it; as the front runs it, with lock and answer: then nothing is started, and every call has its fixed number. */
type Way = 'reconcile' | 'event';

let trials = 0;

function trial(sandbox: Sandbox, way: Way): Trial {
  const folder = sandbox.file(`trial-${trials++}`);
  const [registry, socket] = [join(folder, 'r.yaml'), sandbox.server().socket];
  mkdirSync(join(folder, 'state'), { recursive: true, mode: 0o700 });
  writeFileSync(registry, OLD, { mode: 0o600 });
  for (const [name, text] of STATE) writeFileSync(join(folder, 'state', name), text, { mode: 0o600 });
  utimesSync(registry, 1_500_000_000, 1_500_000_000);
  const env = { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: join(folder, 'state') };
  if (way === 'reconcile') return { folder, registry, env, words: { before: [], binary: [binary, 'reconcile'] } };
  const answer = join(folder, 'answer');
  const spool = join(folder, 'state/spool', socket.replaceAll('/', '%'));
  mkdirSync(spool, { recursive: true });
  writeFileSync(join(spool, 'events'), 'session-closed 1 left 2 3\nasked 7\n');
  writeFileSync(answer, `asked 7\nno server running on ${socket}\nE 1\n`);
  const front = ['sh', '-c', 'exec 9>>"$0.lock"; flock 9; answer=$1; shift; exec "$@" <"$answer"', registry, answer];
  const flags = [`--socket=${socket}`, `--registry=${registry}`, '--lock-fd=9', '--answer-fd=0'];
  return { folder, registry, env, words: { before: front, binary: [binary, 'event', ...flags] } };
}

/** What a fault may not do; in words, empty when all is well. */
async function harmOf(sandbox: Sandbox, way: Way, call: SystemCall, injection: Injection): Promise<readonly string[]> {
  let place = trial(sandbox, way);
  let result = await runWithFault(place, call, injection);
  for (let tries = 1; 'retry' in result; tries++) {
    if (tries === 25) return ['other calls were hit'];
    place = trial(sandbox, way);
    result = await runWithFault(place, result.retry, injection);
  }
  const { status, stderr } = result;
  const text = readFileSync(place.registry, 'utf8');
  const whole = text === OLD ? 'old' : isNew(text) ? 'new' : 'neither';
  const killed = injection.startsWith('signal');
  const again = await finished([binary, 'reconcile'], place.env);
  const left = [...readdirSync(place.folder), ...readdirSync(join(place.folder, 'state'))].filter((name) =>
    name.endsWith('.tmp'),
  );
  return [
    ...(whole === 'neither' ? [`the registry is neither old nor new: ${text}`] : []),
    ...(killed || status === 0 || status === 2 ? [] : [`exit ${status}`]),
    ...(status === 0 && whole !== 'new' ? ['it says that all went well'] : []),
    ...(status === 2 && !stderr.includes(place.folder) ? [`what failed is not told: ${stderr}`] : []),
    ...(/a bug of its own/.test(stderr) ? [`taken for a bug: ${stderr}`] : []),
    ...(again.status === 0 ? [] : [`the next run fails: ${again.stderr}`]),
    ...(isNew(readFileSync(place.registry, 'utf8')) ? [] : ['the next run does not do it']),
    ...left.map((name) => `left behind: ${name}`),
    ...(journalOf(join(place.folder, 'state')).some(({ what, kind }) => what === 'repaired' && kind === 'gone')
      ? []
      : ['not in the journal']),
  ];
}

/** Steps of a write, in the order of a run; with a long run every call on any of our files. */
const STEPS: readonly (readonly [name: string, file: string])[] = [
  ['pread64', 'r.yaml'],
  ['openat', 'state/journal.jsonl'],
  ['write', 'state/journal.jsonl'],
  ['openat', '.r.yaml.*.tmp'],
  ['write', '.r.yaml.*.tmp'],
  ['fsync', '.r.yaml.*.tmp'],
  ['close', '.r.yaml.*.tmp'],
  ['rename', '.r.yaml.*.tmp'],
  ['openat', '.'],
  ['fsync', '.'],
];

/** What threads and children tell each other is written too, and not always as often. */
const isCertain = (way: Way, { name }: SystemCall): boolean => way === 'event' || name !== 'write';

/** The answer is the front's file; and a close that fails matters behind a write alone. */
const isWorthIt = ({ name, file }: SystemCall): boolean =>
  file !== 'answer' && (name !== 'close' || file.endsWith('.tmp'));

describe.runIf(process.platform === 'linux' && hasStrace)('at every step of a write', () => {
  test.each<[Way, Injection]>([
    ['event', 'error=EIO'],
    ['event', 'error=ENOSPC'],
    ['event', 'error=EINTR'],
    ['event', 'signal=KILL'],
    ['reconcile', 'error=EIO'],
    ['reconcile', 'signal=KILL'],
  ])('%s: %s', { timeout: long ? 600_000 : 60_000 }, async (way, injection) => {
    const sandbox = new Sandbox();
    const all = (await callsOf(trial(sandbox, way))).filter((call) => isCertain(way, call));
    const wanted = STEPS.map(([name, file]) => all.findLast((call) => call.name === name && call.file === file));
    const steps = wanted.flatMap((call) => call ?? []);
    expect(steps).toHaveLength(way === 'event' ? STEPS.length : STEPS.length - 2);
    const harms = inTwos(long ? all.filter(isWorthIt) : steps, async (call) => ({
      ...call,
      harm: await harmOf(sandbox, way, call, injection),
    }));
    expect((await Promise.all(harms)).filter(({ harm }) => harm.length > 0)).toEqual([]);
  });

  test('a write that only seems to arrive', async () => {
    const sandbox = new Sandbox();
    const calls = await callsOf(trial(sandbox, 'event'));
    const write = calls.find(({ name, file }) => name === 'write' && file === '.r.yaml.*.tmp') as SystemCall;
    expect(await harmOf(sandbox, 'event', write, 'retval=5')).toEqual([]);
  });
});

/** Two at a time. */
function inTwos<T, R>(items: readonly T[], work: (item: T) => Promise<R>): readonly Promise<R>[] {
  let [even, odd]: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  return items.map((item, at) => {
    const result = (at % 2 ? odd : even).then(() => work(item));
    if (at % 2) odd = result;
    else even = result;
    return result;
  });
}
