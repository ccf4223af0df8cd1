/** What agents say through their own hooks, from the agent to the row, with the real plugin and the real binary. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox, type TmuxServer } from './harness.ts';
import { waitFor } from './wait-for.ts';

/** A server with the plugin, and the hook installed in Claude's settings. */
async function setUp(): Promise<{ sandbox: Sandbox; server: TmuxServer }> {
  const sandbox = new Sandbox().usePlugin();
  const server = sandbox.server().start('main');
  await waitFor('the plugin is loaded', () => server.option('@drift_count') === '0');
  const { status, stderr } = sandbox.call('agents', 'install', 'claude');
  expect(stderr, String(status)).not.toContain('error');
  return { sandbox, server };
}

const conversation = (sandbox: Sandbox, name: string) => sandbox.row(name)?.conversation;

/** The conversation that the agent in a session's pane said last. */
const said = (server: TmuxServer, session: string): string | undefined =>
  [...server.tmux('capture-pane', '-p', '-t', `${server.id(session)}:`).matchAll(/^conversation (\S+)/gm)].at(-1)?.[1];

function type(server: TmuxServer, session: string, line: string): void {
  server.tmux('send-keys', '-t', `${server.id(session)}:`, line, 'Enter');
}

test('an agent started by hand in any session is registered, with the conversation that it names', async () => {
  const { sandbox, server } = await setUp();
  const id = await server.startAgent('notes', 'claude');
  const row = await waitFor('the row', () => sandbox.row('notes'));
  expect(row).toMatchObject({ agent: 'claude', claude_session_id_own: id, conversation: { id, source: 'hook' } });
});

test('two agents in one folder keep their own conversations, and /clear is followed', async () => {
  const { sandbox, server } = await setUp();
  const names = ['one-creator-claude', 'two-creator-claude'];
  for (const name of names) await server.startAgent(name, 'claude');
  for (const name of names) {
    const id = said(server, name);
    await waitFor(`${name} is bound`, () => conversation(sandbox, name)?.id === id);
  }
  const before = said(server, 'one-creator-claude');
  type(server, 'one-creator-claude', '/clear');
  await waitFor('a new conversation', () => said(server, 'one-creator-claude') !== before);
  await waitFor(
    'it is followed',
    () => conversation(sandbox, 'one-creator-claude')?.id === said(server, 'one-creator-claude'),
  );
  expect(conversation(sandbox, 'two-creator-claude')?.id).toBe(said(server, 'two-creator-claude'));
});

test('of fifty hook calls at once none is lost', async () => {
  const { sandbox, server } = await setUp();
  const names = Array.from({ length: 50 }, (_, index) => `many-${index}`);
  for (const name of names) server.new(name, 'claude');
  await waitFor(
    'all are registered with their conversations',
    () => names.every((name) => conversation(sandbox, name)?.source === 'hook'),
    60_000,
  );
  const ids = names.map((name) => conversation(sandbox, name)?.id);
  expect(new Set(ids).size).toBe(50);
  expect(ids).toEqual(names.map((name) => said(server, name)));
});

test('what is no call from a pane changes nothing, is in the journal, and disturbs no agent', async () => {
  const { sandbox } = await setUp();
  const before = readFileSync(sandbox.registry, 'utf8');
  const { status, stdout } = sandbox.call('hook', 'agy', 'Stop');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '{}' });
  expect(readFileSync(sandbox.registry, 'utf8')).toBe(before);
  expect(sandbox.read('.local/state/tmux-drift/journal.jsonl')).toContain('no tmux pane');
});
