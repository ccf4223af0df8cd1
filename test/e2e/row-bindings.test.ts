/**
 * Two and three agents of one kind in one folder, in real tmux and with the real binary: started together, prompted, cleared, resumed,
 * ended and killed in random order, with our hooks in their settings or with their files as the only witness. After every step and a full
 * reconcile no row names a conversation that its agent is not in. Seeded: a failing round is repeated by its number.
 * TMUX_DRIFT_FUZZ=1: 200 rounds.
 */
import { afterAll, expect, test } from 'vitest';
import { type Bindings, checkBindings, noBindings } from './row-bindings/check.ts';
import { RowWorld } from './row-bindings/world.ts';

const long = process.env.TMUX_DRIFT_FUZZ === '1';
/** Otherwise one of each agent, with hooks and without: those in which a weaker rule has gone wrong. */
const ROUNDS = long ? Array.from({ length: 200 }, (_, round) => round) : [0, 9, 91, 110, 119, 142, 170];
const STEPS = 6;

/** What an agent's version does and does not write, by kind. */
const VERSIONS: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  claude: [{}, { STANDIN_NO_PROC_START: '1' }, { STANDIN_NO_RECORD: '1' }, { STANDIN_LATE_MS: '60' }],
  agy: [{}, { STANDIN_NO_PRESENCE: '1' }, { STANDIN_LATE_MS: '60' }],
  codex: [{}, { STANDIN_NO_LOCKS: '1' }, { STANDIN_SHIM: '1' }, { STANDIN_KEEPS_LOCKS: '1' }],
};
/** Its record of itself lies after `/clear`: without a hook there is nothing to find out the truth by. */
const STALE = { STANDIN_STALE_RECORD: '1' };
/** Of these nothing speaks for a live process but its hook and argv, or not always. */
const SILENT = ['STANDIN_NO_RECORD', 'STANDIN_NO_PRESENCE', 'STANDIN_NO_LOCKS', 'STANDIN_KEEPS_LOCKS'];

const ACTIONS = 'start start resume prompt prompt clear switch subagent exit kill hangup'.split(' ');

const total: Bindings = noBindings();
afterAll(() => {
  if (long) process.stdout.write(`${JSON.stringify({ rounds: ROUNDS.length, ...total })}\n`);
});

test.each(ROUNDS)(
  'every row is right, or says that it does not know (round %i)',
  async (round) => {
    const random = seeded(round + 1);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
    const hooked = round % 2 === 0;
    const agent = Object.keys(VERSIONS)[Math.floor(round / 2) % 3] as string;
    const version = pick([...(VERSIONS[agent] ?? []), ...(hooked && agent === 'claude' ? [STALE] : [])]);
    const world = await RowWorld.make({ agent, version, hooked });
    const speaks = hooked || !Object.keys(version).some((name) => SILENT.includes(name));
    const check = () => checkBindings(world, speaks, total);

    await Promise.all(Array.from({ length: pick([2, 3]) }, () => world.begin(pick(['pane', 'shell']))));
    await check();
    for (let step = 0; step < STEPS; step += 1) {
      const one = world.agents.length > 0 ? pick(world.agents) : null;
      const old = world.free().length > 0 ? pick(world.free()) : null;
      await world.act(pick(ACTIONS), one, old, pick(['pane', 'shell']));
      await check();
    }
    expect(world.complaints()).toEqual([]);
  },
  120_000,
);

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
