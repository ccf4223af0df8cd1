import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import type { AgentProcess } from '../../src/agents/types.ts';
import { agentProcess, agentRow } from './agent-process.ts';
import { layOut, touch } from './layout.ts';
import { makePlace, type Place } from './stand-in.ts';

/** UUIDv7 of 2026-11-22T15:21:56Z and another. */
const ID = '01a203d9-855d-7d09-beca-8748539850bb';
const OTHER = '01a203d9-855e-7cff-9e4e-a812aa5be2d3';
let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const meta = (id: string, more: object = {}) => ({
  type: 'session_meta',
  payload: { id, cwd: place.cwd, source: 'cli', thread_source: 'user', ...more },
});
const rollout = (id: string, day = '2026/11/22') => `.codex/sessions/${day}/rollout-2026-11-22T15-21-56-${id}.jsonl`;
const process = (overrides: Partial<AgentProcess> = {}) =>
  agentProcess({ agent: 'codex', argv: ['codex'], cwd: place.cwd, ...overrides });

describe('a thread of codex is on disk', () => {
  const state = (homes = place.homes) => codex.artifact(ID, null, homes).state;
  test.each([
    ['under its day', rollout(ID)],
    ['under the day before, by local time', rollout(ID, '2026/11/21')],
    ['under any other day', rollout(ID, '2024/01/02')],
    ['compressed', `${rollout(ID)}.zst`],
    ['archived', `.codex/archived_sessions/rollout-2026-11-22T15-21-56-${ID}.jsonl`],
  ])('%s', (_, path) => {
    layOut(place, { [path]: [meta(ID)] });
    expect(codex.artifact(ID, null, place.homes)).toEqual({ state: 'present', path: join(place.home, path) });
  });
  test('no more when no rollout has its id', () => {
    layOut(place, { [rollout(OTHER)]: [meta(OTHER)], [`.codex/sessions/2026/11/22/${ID}.jsonl`]: '' });
    expect(state()).toBe('missing');
  });
  test('where CODEX_HOME says', () => {
    layOut(place, { [rollout(ID).replace('.codex', 'conf')]: [meta(ID)] });
    expect(state({ home: place.home, env: { CODEX_HOME: join(place.home, 'conf') } })).toBe('present');
  });
  test('not under what is no id', () => {
    expect(codex.artifact('a/b', null, place.homes).state).toBe('unknown');
  });
});

describe("what codex's argv says", () => {
  const ids = (line: string) =>
    codex.evidence(process({ argv: line.split(' ') }), place.homes).map(({ id, source }) => `${source} ${id}`);
  test.each([
    [`codex resume ${ID}`, [`argv ${ID}`]],
    [`codex -m o5 resume --cd /x ${ID}`, [`argv ${ID}`]],
    [`codex resume ${OTHER}`, []],
    ['codex resume --last', []],
    ['codex resume my-thread', []],
    [`codex fork ${ID}`, []],
    [`codex ${ID}`, []],
  ])('%s', (line, expected) => {
    layOut(place, { [rollout(ID)]: [meta(ID)] });
    expect(ids(line)).toEqual(expected);
  });
  test("says nothing of a sub-agent's thread, however it is marked", () => {
    layOut(place, {
      [rollout(ID)]: [meta(ID, { thread_source: 'subagent' })],
      [rollout(OTHER)]: [meta(OTHER, { source: { subagent: 'review' } })],
    });
    expect([...ids(`codex resume ${ID}`), ...ids(`codex resume ${OTHER}`)]).toEqual([]);
  });
  test('says nothing where locks tell: this process holds none', () => {
    layOut(place, { [rollout(ID)]: [meta(ID)], [`.codex/thread-writer-locks/${ID}.lock`]: '' });
    expect(ids(`codex resume ${ID}`)).toEqual([]);
  });
  test('counts where a shared daemon holds the locks', () => {
    layOut(place, {
      [rollout(ID)]: [meta(ID)],
      [`.codex/thread-writer-locks/${ID}.lock`]: '',
      '.codex/app-server-daemon/daemon.pid': { pid: 1 },
    });
    expect(ids(`codex resume ${ID}`)).toEqual([`argv ${ID}`]);
  });
});

describe('a guess by the folder', () => {
  const today = () => new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const guesses = (startedAt = Date.now() / 1000 - 60) =>
    codex.candidates(process({ startedAt }), place.homes).map(({ id }) => id);

  test('is a thread of this folder that was born since the process started', () => {
    layOut(place, { [rollout(ID, today())]: [meta(ID)] });
    expect(guesses()).toEqual([ID]);
  });
  test('is told by line 1: a fork repeats the lines of its parent', () => {
    layOut(place, { [rollout(ID, today())]: [meta(ID, { cwd: '/elsewhere' }), meta(OTHER)] });
    expect(guesses()).toEqual([]);
  });
  test('reads a first line of more than 64 KiB', () => {
    layOut(place, { [rollout(ID, today())]: [meta(ID, { base_instructions: 'x'.repeat(200_000) })] });
    expect(guesses()).toEqual([ID]);
  });
  test("is no sub-agent's thread", () => {
    layOut(place, { [rollout(ID, today())]: [meta(ID, { thread_source: 'subagent' })] });
    expect(guesses()).toEqual([]);
  });
  test.each([
    ['codex exec', { source: 'exec', originator: 'codex_exec' }, 0],
    ['an editor', { source: 'vscode', originator: 'codex_vscode' }, 0],
    ['a terminal of the shared daemon', { source: 'vscode', originator: 'codex-tui' }, 1],
    ['a version that does not say', { source: undefined }, 1],
  ])('counts a thread of %s or not', (_, more, count) => {
    layOut(place, { [rollout(ID, today())]: [meta(ID, more)] });
    expect(guesses()).toHaveLength(count);
  });
  test('is none from before the process', () => {
    layOut(place, { [rollout(ID, today())]: [meta(ID)] });
    expect(guesses(Date.now() / 1000 + 5)).toEqual([]);
    touch(place, rollout(ID, today()), 1_000_000_000);
    expect(guesses()).toEqual([]);
  });
});

describe('resuming a thread of codex', () => {
  test.each([
    ['codex', `codex resume ${ID}`],
    [null, `codex resume ${ID}`],
    ['codex -m o5 --full-auto', `codex resume -m o5 --full-auto ${ID}`],
    [`codex resume ${OTHER} --search`, `codex resume --search ${ID}`],
    ['codex "fix it"', `codex resume ${ID}`],
  ])('started with %s', (cmdFull, expected) => {
    expect(codex.resume(ID, agentRow(cmdFull)).join(' ')).toBe(expected);
  });
});
