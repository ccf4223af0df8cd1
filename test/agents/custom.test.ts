import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { customAdapter } from '../../src/agents/custom.ts';
import { adapters } from '../../src/agents/index.ts';
import { startedAgent } from '../../src/agents/start-command.ts';
import { agentProcess, agentRow } from './agent-process.ts';
import { layOut } from './layout.ts';
import { makePlace, type Place } from './stand-in.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const goose = customAdapter({
  name: 'goose',
  start: 'goose session -n {id}',
  resume: 'goose session --resume --session-id {id}',
  artifact: '~/.local/share/goose/*/{id}.jsonl',
});
const amp = customAdapter({ name: 'amp', start: 'amp --quiet', resume: 'amp threads continue {id}' });
const copilot = customAdapter({ name: 'copilot', start: 'copilot --session-id={id}' });
const cursor = customAdapter({ name: 'cursor', start: 'cursor-agent' });

describe('an agent of the config file', () => {
  test.each([
    ['goose session', goose, true],
    ['/usr/bin/goose session --resume', goose, true],
    ['goose up', goose, false],
    ['node /l/copilot', copilot, true],
    ['amp', amp, true],
    ['cursor-agent --resume x', cursor, true],
    ['cursor', cursor, false],
  ])('%s', (line, adapter, expected) => {
    expect(adapter.recognises(agentProcess({ argv: line.split(' ') }))).toBe(expected);
  });

  test.each([
    ['goose session --resume --session-id 20251108_1', goose, '20251108_1'],
    ['goose session -n api', goose, 'api'],
    ['goose session', goose, null],
    ['copilot --session-id=abc', copilot, 'abc'],
    ['amp threads continue T-1234', amp, 'T-1234'],
    ['amp threads continue -x', amp, null],
    ['goose session -n ../x', goose, null],
  ])('names its conversation in argv: %s', (line, adapter, id) => {
    expect(adapter.evidence(agentProcess({ argv: line.split(' ') }), place.homes).map((said) => said.id)).toEqual(
      id === null ? [] : [id],
    );
  });

  test('is started and resumed as it says', () => {
    expect([goose.start('a'), goose.start(null), goose.choosesId]).toEqual([
      ['goose', 'session', '-n', 'a'],
      ['goose', 'session'],
      true,
    ]);
    expect([copilot.start(null), copilot.startCommand]).toEqual([['copilot'], 'copilot']);
    expect([amp.start('a'), amp.choosesId]).toEqual([['amp', '--quiet'], false]);
    expect(amp.resume('$(x)', agentRow(null))).toEqual(['amp', 'threads', 'continue', '$(x)']);
    expect(cursor.resume('a', agentRow(null))).toEqual(['cursor-agent']);
  });

  test('is found by its artifact', () => {
    layOut(place, { '.local/share/goose/sessions/a1.jsonl': '' });
    expect(goose.artifact('a1', null, place.homes)).toEqual({
      state: 'present',
      path: `${place.home}/.local/share/goose/sessions/a1.jsonl`,
    });
    expect(goose.artifact('a2', null, place.homes)).toEqual({ state: 'missing' });
    expect(goose.artifact('../a1', null, place.homes).state).toBe('unknown');
    expect(amp.artifact('a1', null, place.homes)).toEqual({
      state: 'unknown',
      reason: 'no artifact is configured for amp',
    });
  });

  test('is named by a start command like the known ones', () => {
    expect(startedAgent('"goose session"', [...adapters, goose])).toBe('goose');
  });
});
