import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookReply, PAYLOAD_CAP, parseHookPayload } from '../../src/agents/hook-payload.ts';
import { ID, layOut } from './layout.ts';
import { makePlace, type Place } from './stand-in.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const parse = (agent: string, payload: unknown, ...args: readonly string[]) =>
  parseHookPayload(agent, Buffer.from(JSON.stringify(payload)), args);
const CLAUDE = {
  session_id: ID,
  transcript_path: '/t.jsonl',
  cwd: '/w',
  permission_mode: 'default',
  hook_event_name: 'SessionStart',
  source: 'startup',
};
const AGY = { conversationId: ID, workspacePaths: ['/w', '/v'], transcriptPath: '/t.jsonl', invocationNum: 0 };
const CODEX = {
  session_id: ID,
  transcript_path: null,
  cwd: '/w',
  hook_event_name: 'SessionStart',
  source: 'resume',
  model: 'x',
};

describe('a hook call names the conversation of its pane', () => {
  const said = { id: ID, transcript: '/t.jsonl', cwd: '/w' };
  test.each([
    ['claude', CLAUDE, [], { ...said, event: 'SessionStart', phase: 'start', cause: 'startup' }],
    [
      'claude',
      { ...CLAUDE, source: 'fork', agent_type: 'x' },
      [],
      { ...said, event: 'SessionStart', phase: 'start', cause: 'fork' },
    ],
    [
      'claude',
      { ...CLAUDE, hook_event_name: 'UserPromptSubmit', source: undefined, prompt: 'x' },
      [],
      { ...said, event: 'UserPromptSubmit', phase: 'active', cause: null },
    ],
    [
      'claude',
      { ...CLAUDE, hook_event_name: 'SessionEnd', reason: 'clear' },
      [],
      { ...said, event: 'SessionEnd', phase: 'end', cause: 'clear' },
    ],
    ['agy', AGY, ['PreInvocation'], { ...said, event: 'PreInvocation', phase: 'active', cause: null }],
    [
      'agy',
      { ...AGY, workspacePaths: 7 },
      ['Stop'],
      { ...said, cwd: null, event: 'Stop', phase: 'active', cause: null },
    ],
    ['codex', CODEX, [], { ...said, transcript: null, event: 'SessionStart', phase: 'start', cause: 'resume' }],
  ])('%s %j %j', (agent, payload, args, expected) => {
    expect(parse(agent, payload, ...args)).toEqual({ agent, ...expected });
  });
});

describe('a hook call is ignored, with the reason', () => {
  test.each([
    ['claude', { ...CLAUDE, agent_id: 'a1' }, [], 'of a sub-agent (agent_id)'],
    ['claude', { ...CLAUDE, hook_event_name: 'PreToolUse' }, [], 'unknown event "PreToolUse"'],
    ['claude', { ...CLAUDE, hook_event_name: 'toString' }, [], 'unknown event "toString"'],
    ['claude', { ...CLAUDE, session_id: '../../x' }, [], 'session_id is no UUID'],
    ['claude', { ...CLAUDE, session_id: [ID] }, [], 'session_id is no UUID'],
    ['claude', { __proto__: null, hook_event_name: 'SessionStart' }, [], 'session_id is no UUID'],
    ['claude', {}, [], 'unknown event ""'],
    ['claude', [CLAUDE], [], 'payload is no JSON object'],
    ['claude', null, [], 'payload is no JSON object'],
    ['agy', AGY, [], 'unknown event ""'],
    ['agy', AGY, ['PreToolUse'], 'unknown event "PreToolUse"'],
    ['agy', { ...AGY, parentConversationId: ID }, ['Stop'], 'of a sub-agent (parent conversation)'],
    ['agy', { ...AGY, conversationId: 5 }, ['Stop'], 'conversationId is no UUID'],
    ['codex', { ...CODEX, hook_event_name: 'SubagentStart' }, [], 'unknown event "SubagentStart"'],
    ['codex', { ...CODEX, agent_id: 'x' }, [], 'of a sub-agent'],
    ['aider', {}, [], 'no hook is known of agent "aider"'],
    ['__proto__', {}, [], 'no hook is known of agent "__proto__"'],
  ])('%s %j %j: %s', (agent, payload, args, reason) => {
    expect(parse(agent, payload, ...args)).toEqual({ ignored: reason });
  });

  test("of codex when its rollout is a sub-agent's", () => {
    layOut(place, { 'r.jsonl': [{ type: 'session_meta', payload: { id: ID, source: { subagent: 'review' } } }] });
    expect(parse('codex', { ...CODEX, transcript_path: `${place.home}/r.jsonl` })).toEqual({
      ignored: 'of a sub-agent',
    });
  });
  test("of codex when its shared daemon runs it: the pane is another's", () => {
    layOut(place, {
      'r.jsonl': [{ type: 'session_meta', payload: { id: ID, source: 'vscode', originator: 'codex-tui' } }],
    });
    const ignored = 'run for "vscode" by a process that is not in the conversation\'s pane';
    expect(parse('codex', { ...CODEX, transcript_path: `${place.home}/r.jsonl` })).toEqual({ ignored });
  });
  test('when it is no JSON, half of it, or too large', () => {
    const texts = ['', 'hello', '{"session_id":', `{"a":"${'x'.repeat(PAYLOAD_CAP)}"}`];
    expect(texts.map((text) => 'ignored' in parseHookPayload('claude', Buffer.from(text), []))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

test.each([
  ['a relative transcript', { transcript_path: 'x/t.jsonl' }],
  ['one with NUL', { transcript_path: '/x\0y' }],
  ['an endless one', { transcript_path: `/${'x'.repeat(5000)}` }],
  ['one that is no text', { transcript_path: { a: 1 } }],
])('%s is left out', (_, overrides) => {
  expect(parse('claude', { ...CLAUDE, ...overrides })).toMatchObject({ id: ID, transcript: null });
});

test('each agent reads what it demands', () => {
  expect(['claude', 'agy', 'codex', 'aider'].map((agent) => hookReply(agent))).toEqual(['', '{}', '', '']);
});
