import { describe, expect, test } from 'vitest';
import { agentForName, agentOf } from '../../src/agents/agent-of.ts';
import { matchesGlob } from '../../src/agents/glob.ts';
import { agentRow } from './agent-process.ts';

const KNOWN = ['claude', 'agy', 'codex'];

describe('the agent of a row', () => {
  test.each([
    ['as written, before anything else', { agent: 'goose', name: 'api-creator-claude' }, 'goose'],
    ['by the suffix -creator-<agent>', { name: 'api-creator-agy' }, 'agy'],
    ['by the last part of the name', { name: 'api-codex' }, 'codex'],
    [
      'by the name before the command',
      { name: 'api-codex', pane: { pid: 1, cmd: 'claude', cmdFull: null, cwd: null } },
      'codex',
    ],
    ['by the command', { name: 'api', pane: { pid: 1, cmd: '/usr/bin/claude', cmdFull: null, cwd: null } }, 'claude'],
    [
      'not by a command that is no agent',
      { name: 'api', pane: { pid: 1, cmd: 'bash', cmdFull: null, cwd: null } },
      null,
    ],
    ['not by a part of a word', { name: 'myclaude' }, null],
    ['not by the name of an unknown agent', { name: 'api-creator-foo' }, null],
  ])('%s', (_, overrides, agent) => {
    expect(agentOf(agentRow(null, overrides), KNOWN)).toBe(agent);
  });
});

describe('the agent that a session name announces', () => {
  const patterns = [
    { glob: 'agents/*', agent: 'claude' },
    { glob: 'x?-work', agent: 'agy' },
  ];
  test.each([
    ['api-creator-claude', 'claude'],
    ['api-creator-agy', 'agy'],
    ['agents/one', 'claude'],
    ['x1-work', 'agy'],
    ['x12-work', null],
    ['api-claude', null],
    ['creator-claude', null],
    ['api-creator-claude-2', null],
    ['', null],
  ])('%s => %s', (name, agent) => {
    expect(agentForName(name, patterns, KNOWN)).toBe(agent);
  });
});

describe('a pattern matches the whole name', () => {
  test.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b-c-', false],
    ['?', '', false],
    ['[ab]', 'a', false],
    ['a.c', 'abc', false],
  ])('%s, %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
  test('without going astray in a pattern of many stars', () => {
    expect(matchesGlob(`${'a*'.repeat(60)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
