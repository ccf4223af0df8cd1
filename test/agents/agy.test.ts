import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agy } from '../../src/agents/agy.ts';
import type { AgentProcess } from '../../src/agents/types.ts';
import { agentProcess, agentRow } from './agent-process.ts';
import { ID, layOut, OTHER, touch } from './layout.ts';
import { makePlace, type Place } from './stand-in.ts';

const DATA = '.gemini/antigravity-cli';
let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

/** A conversation on disk whose database names a workspace, as a protobuf string does: length, then the URI. */
function conversation(id: string, workspace = place.cwd): void {
  const uri = Buffer.from(`file://${workspace}`);
  const blob = Buffer.concat([
    Buffer.from('SQLite format 3\0'),
    Buffer.from([0x0a, uri.length]),
    uri,
    Buffer.from('2\x04main'),
  ]);
  layOut(place, { [`${DATA}/conversations/${id}.db`]: blob, [`${DATA}/brain/${id}/note`]: '' });
}
const process = (overrides: Partial<AgentProcess> = {}) =>
  agentProcess({ agent: 'agy', argv: ['agy'], cwd: place.cwd, startedAt: Date.now() / 1000 - 60, ...overrides });

describe('a conversation of agy is on disk', () => {
  const artifact = () => agy.artifact(ID, null, place.homes);

  test('as .db with its brain', () => {
    conversation(ID);
    expect(artifact()).toEqual({ state: 'present', path: join(place.home, DATA, `conversations/${ID}.db`) });
  });
  test('as .pb of an older version with its brain', () => {
    layOut(place, { [`${DATA}/conversations/${ID}.pb`]: '', [`${DATA}/brain/${ID}/x`]: '' });
    expect(artifact()).toMatchObject({ state: 'present', path: expect.stringMatching(/\.pb$/) });
  });
  test('no more without a database, whatever else is left of it', () => {
    layOut(place, {
      [`${DATA}/brain/${ID}/x`]: '',
      [`${DATA}/conversations/${ID}.db-wal`]: '',
      [`${DATA}/presence/${ID}.lock`]: '',
    });
    expect(artifact()).toEqual({ state: 'missing' });
  });
  test('only in part without its brain: agy could not resume it', () => {
    layOut(place, { [`${DATA}/conversations/${ID}.db`]: '' });
    expect(artifact()).toMatchObject({ state: 'unknown', reason: expect.stringContaining(`brain/${ID}`) });
  });
  test('not under what is no id', () => {
    expect(agy.artifact('../x', null, place.homes).state).toBe('unknown');
  });
});

describe("what agy's argv says", () => {
  const later = () => ({ startedAt: Date.now() / 1000 + 5 });
  const ids = (line: string, overrides: Partial<AgentProcess> = later()) =>
    agy
      .evidence(process({ argv: line.split(' '), ...overrides }), place.homes)
      .map(({ id, source }) => `${source} ${id}`);

  test('counts for a conversation that was there before', () => {
    conversation(ID);
    expect(ids(`agy --conversation ${ID}`)).toEqual([`argv ${ID}`]);
    expect(ids(`agy --dangerously-skip-permissions --conversation=${ID}`)).toEqual([`argv ${ID}`]);
  });
  test('does not count for an unknown id: agy opened another conversation', () => {
    expect(ids(`agy --conversation ${ID}`)).toEqual([]);
  });
  test('does not count for one that is younger than the process', () => {
    conversation(ID);
    expect(ids(`agy --conversation ${ID}`, {})).toEqual([]);
  });
  test('does not count when the conversation has a presence lock that this process does not hold', () => {
    conversation(ID);
    layOut(place, { [`${DATA}/presence/${ID}.lock`]: '' });
    expect(ids(`agy --conversation ${ID}`)).toEqual([]);
  });
  test('says nothing without an id', () => {
    expect(ids('agy -c')).toEqual([]);
    expect(ids('agy --conversation latest')).toEqual([]);
  });
});

describe('a guess by the folder', () => {
  const guesses = (overrides: Partial<AgentProcess> = {}) =>
    agy.candidates(process(overrides), place.homes).map(({ id }) => id);

  test('is a conversation of this workspace that was born and written since the process started', () => {
    conversation(ID);
    expect(guesses()).toEqual([ID]);
  });
  test('is none of a longer or a shorter path', () => {
    conversation(ID, `${place.cwd}2`);
    conversation(OTHER, place.home);
    expect(guesses()).toEqual([]);
  });
  test('knows a folder with blanks in its URI', () => {
    const cwd = join(place.home, 'my work');
    mkdirSync(cwd);
    conversation(ID, cwd.replaceAll(' ', '%20'));
    expect(guesses({ cwd })).toEqual([ID]);
  });
  test('is none from before the process', () => {
    conversation(ID);
    expect(guesses({ startedAt: Date.now() / 1000 + 5 })).toEqual([]);
    touch(place, `${DATA}/conversations/${ID}.db`, 1_000_000_000);
    expect(guesses()).toEqual([]);
  });
  test('is none with a presence lock: this process would hold it', () => {
    conversation(ID);
    layOut(place, { [`${DATA}/presence/${ID}.lock`]: '' });
    expect(guesses()).toEqual([]);
  });
  test('is never what the cache says, which names the conversation before', () => {
    layOut(place, { [`${DATA}/cache/last_conversations.json`]: { [place.cwd]: ID }, [`${DATA}/brain/${ID}/x`]: '' });
    expect(guesses()).toEqual([]);
  });
});

describe('resuming a conversation of agy', () => {
  test.each([
    ['agy --dangerously-skip-permissions', `agy --dangerously-skip-permissions --conversation ${ID}`],
    [null, `agy --dangerously-skip-permissions --conversation ${ID}`],
    [`agy --conversation ${OTHER} --model x -c`, `agy --model x --conversation ${ID}`],
    ['agy', `agy --conversation ${ID}`],
  ])('started with %s', (cmdFull, expected) => {
    expect(agy.resume(ID, agentRow(cmdFull)).join(' ')).toBe(expected);
  });
  test('takes no id of ours at birth', () => {
    expect([agy.choosesId, agy.start(ID)]).toEqual([false, ['agy', '--dangerously-skip-permissions']]);
  });
});
