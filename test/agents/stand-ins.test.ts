import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adapterNamed } from '../../src/agents/index.ts';
import { makePlace, type Place, type StandIn, start } from './stand-in.ts';

let place: Place;
let running: StandIn[] = [];
beforeEach(() => {
  place = makePlace();
});
afterEach(async () => {
  await Promise.all(running.map((standIn) => standIn.stop('SIGKILL')));
  running = [];
  place.remove();
});

async function run(agent: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { standIn, id } = await start(agent, place, args, env);
  running.push(standIn);
  return { standIn, id };
}

/** What the adapter knows of the process right now: `source id` of each statement. */
function told(standIn: StandIn): readonly string[] {
  const said = adapterNamed(standIn.agent)?.evidence(standIn.process(), place.homes) ?? [];
  return said.map(({ source, id }) => `${source} ${id}`);
}

describe.runIf(process.platform === 'linux')('a live claude', () => {
  test('is known from its start, before any transcript exists', async () => {
    const { standIn, id } = await run('claude');
    expect(told(standIn)).toEqual([`process ${id}`]);
    expect(adapterNamed('claude')?.artifact(id ?? '', place.cwd, place.homes).state).toBe('missing');
    await standIn.send('hello');
    expect(adapterNamed('claude')?.artifact(id ?? '', place.cwd, place.homes).state).toBe('present');
  });
  test('is followed through /clear and /resume', async () => {
    const { standIn, id } = await run('claude');
    await standIn.send('hello');
    const cleared = await standIn.send('/clear');
    expect(cleared).not.toBe(id);
    expect(told(standIn)).toEqual([`process ${cleared}`]);
    expect(await standIn.send(`/resume ${id}`)).toBe(id);
    expect(told(standIn)).toEqual([`process ${id}`]);
  });
  test('is not mistaken for its sub-agents', async () => {
    const { standIn, id } = await run('claude', [], { STANDIN_NO_RECORD: '1' });
    await standIn.send('hello');
    await standIn.send('/agent');
    const candidates = adapterNamed('claude')?.candidates(standIn.process(), place.homes);
    expect(candidates?.map((candidate) => candidate.id)).toEqual([id]);
  });
  test('is known by its own CLAUDE_CONFIG_DIR, which our environment does not have', async () => {
    const { standIn, id } = await run('claude', [], { CLAUDE_CONFIG_DIR: join(place.home, 'elsewhere') });
    expect(told(standIn)).toEqual([`process ${id}`]);
  });
  test('of an older version is known by argv, if that names its conversation', async () => {
    const first = await run('claude');
    await first.standIn.send('hello');
    await first.standIn.stop('/exit');
    const { standIn } = await run('claude', ['--resume', first.id ?? ''], { STANDIN_NO_RECORD: '1' });
    expect(told(standIn)).toEqual([`argv ${first.id}`]);
  });
  test('leaves nothing to claim at its exit, and what SIGKILL leaves claims nothing for another process', async () => {
    const killed = await run('claude');
    await killed.standIn.send('hello');
    await killed.standIn.stop('SIGKILL');
    expect(readdirSync(join(place.home, '.claude/sessions'))).toEqual([`${killed.standIn.pid}.json`]);
    const { standIn, id } = await run('claude', [], { STANDIN_NO_RECORD: '1' });
    expect(told(standIn)).toEqual([]);
    await standIn.stop('/exit');
    const left = await run('claude');
    expect([left.id === id, left.id === killed.id]).toEqual([false, false]);
    expect(told(left.standIn)).toEqual([`process ${left.id}`]);
    await left.standIn.stop('/exit');
    expect(readdirSync(join(place.home, '.claude/sessions'))).toEqual([]);
  });
  test('that is headless or lists agents holds no conversation', async () => {
    for (const args of [['-p', 'hello'], ['agents']]) {
      const { StandIn } = await import('./stand-in.ts');
      const standIn = new StandIn('claude', place, args, {});
      running.push(standIn);
      expect(() => standIn.process()).toThrow('agent process null');
    }
  });
});

describe.runIf(process.platform === 'linux')('a live agy', () => {
  test('has no conversation before its first turn, then the one whose lock it holds', async () => {
    const { standIn, id } = await run('agy');
    expect([id, told(standIn)]).toEqual([null, []]);
    const turned = await standIn.send('hello');
    expect(told(standIn)).toEqual([`process ${turned}`]);
    expect(adapterNamed('agy')?.artifact(turned ?? '', null, place.homes).state).toBe('present');
  });
  test('has none again after /new, although lock file, argv and cache still name the old one', async () => {
    const before = await run('agy');
    const old = await before.standIn.send('hello');
    await before.standIn.stop('/exit');
    const { standIn, id } = await run('agy', ['--conversation', old ?? '']);
    expect([id, told(standIn)]).toEqual([old, [`process ${old}`]]);
    expect(await standIn.send('/new')).toBeNull();
    expect(told(standIn)).toEqual([]);
    const fresh = await standIn.send('again');
    expect(told(standIn)).toEqual([`process ${fresh}`]);
  });
  test('that resumes an unknown id is in no conversation', async () => {
    const { standIn, id } = await run('agy', ['--conversation', '7d0c5a3e-1f7b-4c55-9d58-0a1b2c3d4e5f']);
    expect([id, told(standIn)]).toEqual([null, []]);
  });
  test('of a version without presence locks is known by argv only', async () => {
    const before = await run('agy', [], { STANDIN_NO_PRESENCE: '1' });
    const old = await before.standIn.send('hello');
    await before.standIn.stop('/exit');
    const { standIn } = await run('agy', ['--conversation', old ?? ''], { STANDIN_NO_PRESENCE: '1' });
    expect(told(standIn)).toEqual([`argv ${old}`]);
  });
  test('is not mistaken for a neighbour in the same folder', async () => {
    const [one, two] = [await run('agy'), await run('agy')];
    const [first, second] = [await one.standIn.send('a'), await two.standIn.send('b')];
    expect([told(one.standIn), told(two.standIn)]).toEqual([[`process ${first}`], [`process ${second}`]]);
    await one.standIn.stop('SIGKILL');
    expect(told(two.standIn)).toEqual([`process ${second}`]);
  });
  test('without presence locks may be in any conversation of its folder since it started', async () => {
    const { standIn } = await run('agy', [], { STANDIN_NO_PRESENCE: '1' });
    const id = await standIn.send('hello');
    expect(
      adapterNamed('agy')
        ?.candidates(standIn.process(), place.homes)
        .map((candidate) => candidate.id),
    ).toEqual([id]);
  });
});

describe.runIf(process.platform === 'linux')('a live codex', () => {
  test.each([
    ['by its thread lock', {}],
    ['by its thread lock behind the npm shim', { STANDIN_SHIM: '1' }],
  ])('is known from its start %s', async (_, env: Record<string, string>) => {
    const { standIn, id } = await run('codex', [], env);
    expect(told(standIn)).toEqual([`process ${id}`]);
    const cleared = await standIn.send('/new');
    expect(told(standIn)).toEqual([`process ${cleared}`]);
  });
  test.each<Record<string, string>>([{}, { STANDIN_NO_LOCKS: '1' }])(
    'is not mistaken for its sub-agents, whose threads it holds too (%j)',
    async (env) => {
      const { standIn, id } = await run('codex', [], env);
      await standIn.send('hello');
      await standIn.send('/agent');
      await standIn.send('/agent');
      expect(told(standIn)).toEqual([`process ${id}`]);
    },
  );
  test('of a version without locks is known by its open rollout, before that by argv', async () => {
    const env = { STANDIN_NO_LOCKS: '1' };
    const before = await run('codex', [], env);
    expect(told(before.standIn)).toEqual([]);
    await before.standIn.send('hello');
    expect(told(before.standIn)).toEqual([`process ${before.id}`]);
    await before.standIn.stop('/exit');
    const { standIn } = await run('codex', ['resume', before.id ?? ''], env);
    expect(told(standIn)).toEqual([`process ${before.id}`]);
  });
  test('that keeps the locks of threads which it left is in one of them', async () => {
    const { standIn, id } = await run('codex', [], { STANDIN_KEEPS_LOCKS: '1' });
    await standIn.send('hello');
    const next = await standIn.send('/new');
    await standIn.send('again');
    expect(new Set(told(standIn))).toEqual(new Set([`process ${id}`, `process ${next}`]));
  });
  test('is not mistaken for the thread that a killed one has left locked on disk', async () => {
    const killed = await run('codex');
    await killed.standIn.send('hello');
    await killed.standIn.stop('SIGKILL');
    const { standIn, id } = await run('codex');
    expect(told(standIn)).toEqual([`process ${id}`]);
  });
});
