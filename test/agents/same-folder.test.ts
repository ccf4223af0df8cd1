/**
 * Two and three agents of one kind in one folder, started, cleared, resumed and killed in random order: what the adapter says of a live
 * process is never another one's conversation. Seeded: a failing round is repeated by its number. TMUX_DRIFT_FUZZ=1: 200 rounds.
 */
import { describe, expect, test } from 'vitest';
import { adapterNamed } from '../../src/agents/index.ts';
import { makePlace, type Place, type StandIn, start } from './stand-in.ts';

const ROUNDS = process.env.TMUX_DRIFT_FUZZ === '1' ? 200 : 20;
const STEPS = 8;

/** Versions of each agent: what they do and do not write. */
const VERSIONS: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  claude: [{}, { STANDIN_NO_PROC_START: '1' }, { STANDIN_NO_RECORD: '1' }, { STANDIN_LATE_MS: '20' }],
  agy: [{}, { STANDIN_NO_PRESENCE: '1' }, { STANDIN_LATE_MS: '20' }],
  codex: [{}, { STANDIN_NO_LOCKS: '1' }, { STANDIN_SHIM: '1' }, { STANDIN_KEEPS_LOCKS: '1' }],
};
/** Of these nothing speaks for a live process but argv, or not always. */
const SILENT = { STANDIN_NO_RECORD: 1, STANDIN_NO_PRESENCE: 1, STANDIN_NO_LOCKS: 1, STANDIN_KEEPS_LOCKS: 1 };
const RESUME: Readonly<Record<string, readonly string[]>> = {
  claude: ['--resume'],
  agy: ['--conversation'],
  codex: ['resume'],
};

interface Live {
  readonly standIn: StandIn;
  /** The conversation that it was started in: all that argv can know. */
  readonly first: string | null;
  now: string | null;
}

describe.runIf(process.platform === 'linux')('agents of one kind in one folder', () => {
  test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'are told apart (round %i)',
    async (round) => {
      const random = seeded(round + 1);
      const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
      const agent = pick(Object.keys(VERSIONS));
      const env = pick(VERSIONS[agent] ?? []);
      const place = makePlace();
      const live: Live[] = [];
      const written: string[] = [];
      const log: string[] = [`${agent} ${JSON.stringify(env)}`];
      const free = () => written.filter((id) => live.every(({ now }) => now !== id));

      const begin = async (args: readonly string[]) => {
        const { standIn, id } = await start(agent, place, args, env);
        live.push({ standIn, first: id, now: id });
      };
      const act = async () => {
        const one = pick(live);
        const old = free().length > 0 ? pick(free()) : null;
        const what = pick([
          'start',
          'start resumed',
          'prompt',
          'prompt',
          '/clear',
          '/resume',
          '/agent',
          '/exit',
          'SIGKILL',
          'SIGHUP',
        ]);
        log.push(`${what} ${one?.standIn.pid ?? ''} ${old ?? ''}`);
        if (!one || (what === 'start' && live.length < 3)) return begin([]);
        if (what === 'start resumed' && old && live.length < 3) return begin([...(RESUME[agent] ?? []), old]);
        if (what === 'prompt') {
          one.now = await one.standIn.send('hello');
          if (one.now) written.push(one.now);
        } else if (what === '/clear') {
          one.now = await one.standIn.send('/clear');
        } else if (what === '/resume' && old) {
          one.now = await one.standIn.send(`/resume ${old}`);
        } else if (what === '/agent' && one.now) {
          one.now = await one.standIn.send('/agent');
        } else if (what === '/exit' || what === 'SIGKILL' || what === 'SIGHUP') {
          await one.standIn.stop(what);
          live.splice(live.indexOf(one), 1);
        }
      };

      try {
        await begin([]);
        await begin([]);
        for (let step = 0; step < STEPS; step += 1) {
          await act();
          for (const one of live) check(one, place, !Object.keys(env).some((name) => name in SILENT), log.join('\n'));
        }
      } finally {
        await Promise.all(live.map(({ standIn }) => standIn.stop('SIGKILL')));
        place.remove();
      }
    },
    120_000,
  );
});

/**
 * The strongest statement is the truth, or silence where nothing speaks; argv may still name the first conversation of its process, and one
 * of several that it holds is the truth.
 */
function check({ standIn, first, now }: Live, { homes }: Place, speaks: boolean, log: string): void {
  const all = adapterNamed(standIn.agent)?.evidence(standIn.process(), homes) ?? [];
  const held = all.flatMap((one) => (one.held ? [one.id] : []));
  const [said] = all;
  const where = `${log}\n${said?.source} of ${standIn.pid}`;
  if (held.length > 1) expect(held, where).toContain(now);
  else if (speaks) expect(said?.id ?? null, where).toBe(now);
  else if (said) expect(said.id, where).toBe(said.source === 'argv' ? first : now);
}

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
