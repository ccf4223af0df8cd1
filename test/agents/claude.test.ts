import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectKeys } from '../../src/agents/claude/project-key.ts';
import { claude } from '../../src/agents/claude.ts';
import type { AgentProcess } from '../../src/agents/types.ts';
import { agentProcess, agentRow, NO_PID } from './agent-process.ts';
import { ID, layOut, OTHER, THIRD, touch } from './layout.ts';
import { makePlace, type Place } from './stand-in.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

/** The project folder of the place's cwd, by the rule. */
const keyOf = (path: string) => path.replace(/[^a-zA-Z0-9]/g, '-');
const project = () => `.claude/projects/${keyOf(place.cwd)}`;
const process = (overrides: Partial<AgentProcess> = {}) => agentProcess({ cwd: place.cwd, ...overrides });

describe("Claude's key of a project folder", () => {
  test.each([
    ['/home/u/api', ['-home-u-api']],
    ['/home/u/my_api.v2 x+y:z', ['-home-u-my-api-v2-x-y-z']],
    ['/home/u/Größe', ['-home-u-Gr--e']],
    ['/home/u/😀x', ['-home-u---x', '-home-u--x']],
    [`/${'a'.repeat(199)}`, [`-${'a'.repeat(199)}`]],
  ])('%s', (path, keys) => {
    expect(
      projectKeys(path)
        .filter(({ kind }) => kind === 'exact')
        .map(({ text }) => text),
    ).toEqual(keys);
  });

  test('past 200 characters is a prefix', () => {
    expect(projectKeys(`/${'a'.repeat(200)}`)).toEqual([{ kind: 'prefix', text: `-${'a'.repeat(199)}-` }]);
  });

  test('is of the real path in NFC, and of the path as written', () => {
    const decomposed = join(place.home, 'caf\u0065\u0301');
    mkdirSync(decomposed);
    symlinkSync(decomposed, join(place.home, 'link'));
    const texts = projectKeys(join(place.home, 'link')).map(({ text }) => text);
    expect(texts).toEqual([`${keyOf(place.home)}-caf-`, `${keyOf(place.home)}-link`]);
  });
});

describe('a conversation of Claude is on disk', () => {
  const state = (cwd: string | null = place.cwd, homes = place.homes) => claude.artifact(ID, cwd, homes).state;

  test('under the key of its folder', () => {
    layOut(place, { [`${project()}/${ID}.jsonl`]: [{ type: 'mode' }] });
    expect(claude.artifact(ID, place.cwd, place.homes)).toEqual({
      state: 'present',
      path: join(place.home, project(), `${ID}.jsonl`),
    });
  });
  test('under another key, after /cd or in a worktree', () => {
    layOut(place, { [`.claude/projects/elsewhere/${ID}.jsonl`]: '' });
    expect([state(), state(null)]).toEqual(['present', 'present']);
  });
  test('under a long key with a hash at its end', () => {
    const cwd = join(place.home, 'd'.repeat(200));
    layOut(place, { [`.claude/projects/${keyOf(cwd).slice(0, 200)}-1a2b3c/${ID}.jsonl`]: '' });
    expect(state(cwd)).toBe('present');
  });
  test('where CLAUDE_CONFIG_DIR says, even as a list', () => {
    layOut(place, { [`two/projects/x/${ID}.jsonl`]: '' });
    expect(state(null)).toBe('missing');
    expect(state(null, { home: place.home, env: { CLAUDE_CONFIG_DIR: `${place.home}/one,${place.home}/two` } })).toBe(
      'present',
    );
  });
  test('no more when its file is not there', () => {
    layOut(place, { [`${project()}/${OTHER}.jsonl`]: '' });
    expect(state()).toBe('missing');
  });
  test('neither as a folder, nor as a file of its sub-agents', () => {
    layOut(place, { [`${project()}/${ID}/subagents/agent-${ID}.jsonl`]: '', [`${project()}/${ID}.jsonl/x`]: '' });
    expect(state()).toBe('missing');
  });
  test('not to be told when its folder cannot be read', () => {
    mkdirSync(join(place.home, '.claude'));
    symlinkSync('projects', join(place.home, '.claude/projects'));
    expect(claude.artifact(ID, null, place.homes)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('ELOOP'),
    });
  });
  test('not to be told under what is no id', () => {
    expect(claude.artifact('../../etc/passwd', null, place.homes).state).toBe('unknown');
  });
});

describe('the live record of a Claude process', () => {
  const record = {
    pid: NO_PID,
    sessionId: ID,
    cwd: '/home/u/api',
    startedAt: 1,
    procStart: '5000',
    kind: 'interactive',
  };
  const evidence = (content: unknown, overrides: Partial<AgentProcess> = {}, writtenAt = 1_790_000_100) => {
    const path = `.claude/sessions/${NO_PID}.json`;
    layOut(place, { [path]: content });
    touch(place, path, writtenAt);
    return claude.evidence(process(overrides), place.homes);
  };

  test('names its conversation, at the time of its writing', () => {
    expect(evidence(record)).toEqual([{ id: ID, source: 'process', observedAt: 1_790_000_100_000, transcript: null }]);
  });
  test('names the transcript as soon as there is one', () => {
    layOut(place, { [`${project()}/${ID}.jsonl`]: '' });
    expect(evidence({ ...record, cwd: place.cwd })[0]?.transcript).toBe(join(place.home, project(), `${ID}.jsonl`));
  });
  test('is found in CLAUDE_CONFIG_DIR', () => {
    layOut(place, { [`conf/sessions/${NO_PID}.json`]: record });
    const homes = { home: place.home, env: { CLAUDE_CONFIG_DIR: join(place.home, 'conf') } };
    expect(claude.evidence(process(), homes)[0]?.id).toBe(ID);
  });
  test.each([
    ['of an earlier process of that pid', { ...record, procStart: '4999' }],
    ['of another pid', { ...record, pid: 1 }],
    ['without a UUID', { ...record, sessionId: '../../x' }],
    ['whose id is no text', { ...record, sessionId: { a: 1 } }],
    ['that is no object', [ID]],
    ['that is half written', '{"pid":'],
    ['that is empty', ''],
    ['that is huge', { ...record, padding: 'x'.repeat(70_000) }],
  ])('says nothing %s', (_, content) => {
    expect(evidence(content)).toEqual([]);
  });
  test('takes a number for the start time as well', () => {
    expect(evidence({ ...record, procStart: 5000 })[0]?.id).toBe(ID);
  });
  test('without a start time counts only if written since the process started', () => {
    const { procStart, ...old } = record;
    expect(procStart).toBe('5000');
    expect(evidence(old, { startedAt: 1_790_000_050 })[0]?.id).toBe(ID);
    expect(evidence(old, { startedAt: 1_790_000_150 })).toEqual([]);
  });
  test('where the system tells no ticks counts only if written since the process started', () => {
    const mac = { startTicks: null };
    expect(evidence(record, { ...mac, startedAt: 1_790_000_050 })[0]?.id).toBe(ID);
    expect(evidence(record, { ...mac, startedAt: 1_790_000_150 })).toEqual([]);
  });
  test('outranks argv', () => {
    expect(evidence(record, { argv: ['claude', '--resume', OTHER] }).map(({ id }) => id)).toEqual([ID]);
  });
});

describe("what Claude's argv says", () => {
  test.each([
    [`claude --resume ${ID}`, ID],
    [`claude -r ${ID}`, ID],
    [`claude --resume=${ID}`, ID],
    [`claude --session-id ${ID}`, ID],
    [`claude --fork-session --resume ${OTHER} --session-id ${ID}`, ID],
    [`node /l/claude --model opus --resume ${ID}`, ID],
    [`claude --fork-session --resume ${ID}`, null],
    ['claude --resume my-title', null],
    ['claude --resume', null],
    ['claude -c', null],
    [`claude ${ID}`, null],
    [`claude --append-system-prompt --resume ${ID}`, null],
  ])('%s', (line, id) => {
    const said = claude.evidence(process({ argv: line.split(' ') }), place.homes);
    expect(said).toEqual(id === null ? [] : [{ id, source: 'argv', observedAt: 1_790_000_000_000, transcript: null }]);
  });
});

describe('a guess by the folder', () => {
  const started = () => Date.now() / 1000 - 60;
  const user = (cwd: string) => ({ type: 'user', sessionId: ID, cwd, isSidechain: false });
  const guesses = (overrides: Partial<AgentProcess> = {}) =>
    claude.candidates(process({ startedAt: started(), ...overrides }), place.homes).map(({ id }) => id);

  test('is a transcript that was born and written since the process started', () => {
    layOut(place, {
      [`${project()}/${ID}.jsonl`]: [
        { type: 'summary', summary: 'x' },
        { type: 'file-history-snapshot' },
        user(place.cwd),
      ],
    });
    expect(claude.candidates(process({ startedAt: started() }), place.homes)).toEqual([
      {
        id: ID,
        source: 'guess',
        observedAt: expect.any(Number),
        transcript: join(place.home, project(), `${ID}.jsonl`),
      },
    ]);
  });
  test('is every such transcript: one of them is for others to choose', () => {
    layOut(place, {
      [`${project()}/${ID}.jsonl`]: [user(place.cwd)],
      [`${project()}/${OTHER}.jsonl`]: [user(place.cwd)],
    });
    expect(guesses().sort()).toEqual([ID, OTHER]);
  });
  test.each([
    ['written before the process started', {}, (path: string) => touch(place, path, started() - 100)],
    [
      'born before it, unless it goes on with an old one',
      { startedAt: Date.now() / 1000 + 60 },
      (path: string) => touch(place, path, Date.now() / 1000 + 120),
    ],
  ])('is none that was %s', (_, overrides, age) => {
    const path = `${project()}/${ID}.jsonl`;
    layOut(place, { [path]: [user(place.cwd)] });
    age(path);
    expect(guesses(overrides)).toEqual([]);
  });
  test('is an older one that was written since, if the process goes on with one', () => {
    const path = `${project()}/${ID}.jsonl`;
    layOut(place, { [path]: [user(place.cwd)] });
    touch(place, path, Date.now() / 1000 + 120);
    expect(guesses({ startedAt: Date.now() / 1000 + 60, argv: ['claude', '--continue'] })).toEqual([ID]);
  });
  test('is none of a folder that shares the key', () => {
    layOut(place, { [`${project()}/${ID}.jsonl`]: [user(place.cwd.replace('api.v2', 'api-v2'))] });
    expect(guesses()).toEqual([]);
  });
  test('is one whose folder is named through a symlink', () => {
    symlinkSync(place.cwd, join(place.home, 'link'));
    layOut(place, { [`${project()}/${ID}.jsonl`]: [user(join(place.home, 'link'))] });
    expect(guesses()).toEqual([ID]);
  });
  test('is none that does not name its folder yet', () => {
    layOut(place, { [`${project()}/${ID}.jsonl`]: [{ type: 'mode', sessionId: ID }] });
    expect(guesses()).toEqual([]);
  });
  test('is no sub-agent', () => {
    layOut(place, {
      [`${project()}/agent-1234.jsonl`]: [user(place.cwd)],
      [`${project()}/${ID}.jsonl`]: [{ ...user(place.cwd), isSidechain: true }],
      [`${project()}/${OTHER}/subagents/${OTHER}.jsonl`]: [user(place.cwd)],
    });
    expect(guesses()).toEqual([]);
  });
  test('is none that the record of another process names, alive or dead', () => {
    layOut(place, {
      [`${project()}/${ID}.jsonl`]: [user(place.cwd)],
      '.claude/sessions/77.json': { pid: 77, sessionId: ID },
    });
    expect(guesses()).toEqual([]);
  });
  test('is nothing without a folder', () => {
    layOut(place, { [`${project()}/${ID}.jsonl`]: [user(place.cwd)] });
    expect(guesses({ cwd: null })).toEqual([]);
  });
});

describe('resuming a conversation of Claude', () => {
  test.each([
    ['claude', `claude --resume ${ID}`],
    [null, `claude --resume ${ID}`],
    [
      'claude --dangerously-skip-permissions --model opus',
      `claude --dangerously-skip-permissions --model opus --resume ${ID}`,
    ],
    [`claude --session-id ${OTHER} --verbose`, `claude --verbose --resume ${ID}`],
    [`claude --resume ${THIRD} --fork-session -c`, `claude --resume ${ID}`],
    ['claude "fix the bug"', `claude --resume ${ID}`],
    [
      'cd /x && A=b exec /u/bin/claude --add-dir ../a ../b --ide',
      `/u/bin/claude --add-dir ../a ../b --ide --resume ${ID}`,
    ],
    ['vim', `claude --resume ${ID}`],
  ])('started with %s', (cmdFull, expected) => {
    expect(claude.resume(ID, agentRow(cmdFull)).join(' ')).toBe(expected);
  });
  test('starts a new one under an id of ours', () => {
    expect([claude.start(ID), claude.start(null)]).toEqual([['claude', '--session-id', ID], ['claude']]);
  });
});
