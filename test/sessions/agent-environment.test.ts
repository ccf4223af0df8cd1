import { describe, expect, test } from 'vitest';
import { environmentChange, isOfAgents, withoutAgents } from '../../src/sessions/agent-environment.ts';
import { paneCommand } from '../../src/sessions/pane-command.ts';

describe('an agent tells its children', () => {
  test.each([
    'CLAUDECODE',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_SSE_PORT',
    'CLAUDE_PLUGIN_ROOT',
    'CLAUDE_PROJECT_DIR',
    'CODEX_THREAD_ID',
    'CODEX_SANDBOX',
    'ANTIGRAVITY_CONVERSATION_ID',
    'ANTIGRAVITY_AGENT',
    'GEMINI_CLI',
    'CURSOR_AGENT',
  ])('%s', (name) => {
    expect(isOfAgents(name)).toBe(true);
  });
});

describe('people tell an agent', () => {
  test.each([
    'CLAUDE_CONFIG_DIR',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
    'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
    'CODEX_HOME',
    'CODEX_API_KEY',
    'GEMINI_API_KEY',
    'ANTHROPIC_API_KEY',
    'OPENCODE_CONFIG_DIR',
    'PATH',
  ])('%s', (name) => {
    expect(isOfAgents(name)).toBe(false);
  });
});

test('tmux is started without what agents set, and outside of any tmux', () => {
  expect(withoutAgents({ PATH: '/bin', CLAUDECODE: '1', TMUX: '/s,1,0', TMUX_PANE: '%1' })).toEqual({ PATH: '/bin' });
});

test('a pane gets the PATH of the caller and the places of conversations as the caller sees them', () => {
  const caller = { PATH: '/opt/bin', CODEX_HOME: '/codex' };
  const server = new Set(['PATH', 'CLAUDECODE', 'CLAUDE_CONFIG_DIR', 'CLAUDE_CODE_USE_BEDROCK', 'HOME']);
  expect(environmentChange(caller, server)).toEqual({
    set: ['PATH=/opt/bin', 'CODEX_HOME=/codex'],
    unset: ['CLAUDECODE', 'CLAUDE_CONFIG_DIR'],
  });
});

test('a command of one word is not left to a shell', () => {
  expect(paneCommand(['codex'], [])).toEqual(['env', 'codex']);
  expect(paneCommand(['claude', '--resume', 'x'], [])).toEqual(['claude', '--resume', 'x']);
  expect(paneCommand(['claude'], ['CLAUDECODE'])).toEqual(['env', '-u', 'CLAUDECODE', 'claude']);
});
