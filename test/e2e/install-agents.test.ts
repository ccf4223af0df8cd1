/** `agents`: our hook in agents' own settings, and what comes of it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root, Sandbox } from './harness.ts';
import { waitFor } from './wait-for.ts';

const settings = '.claude/settings.json';

function hookOf({ sandbox, agent }: { sandbox: Sandbox; agent: string }): string {
  const { agents } = JSON.parse(sandbox.call('agents', 'list', '--json').stdout);
  return agents.find((one: { agent: string }) => one.agent === agent).hook;
}

test('a session whose name says nothing is known as soon as its agent is told to tell', async () => {
  const sandbox = new Sandbox().usePlugin();
  const server = sandbox.server().start('main');
  await waitFor('the plugin is at work', () => existsSync(sandbox.registry) && server.option('@drift_count') !== '');
  for (const agent of ['claude', 'codex']) expect(sandbox.call('agents', 'install', agent).status).toBe(0);
  expect(sandbox.read(settings)).toContain(`${root}/scripts/hook.sh\\" hook claude`);
  const id = await server.startAgent('work', 'claude');
  const row = await waitFor('its row', () => sandbox.rows().find(({ name }) => name === 'work'));
  expect(row.conversation).toMatchObject({ id, source: 'hook' });
});

test('installing again changes nothing, and uninstalling leaves the file as it was', () => {
  const sandbox = new Sandbox();
  const before = '{\n    "model": "opus"  }\n';
  sandbox.write(settings, before);
  expect(hookOf({ sandbox, agent: 'claude' })).toBe('absent');
  expect(sandbox.call('agents', 'install', 'claude').stderr).toBe(
    `claude: hook installed, ${sandbox.file(settings)}\n`,
  );
  const after = sandbox.read(settings);
  expect(hookOf({ sandbox, agent: 'claude' })).toBe('installed');
  expect(JSON.parse(sandbox.call('agents', 'install', 'claude', '--json').stdout)).toEqual({
    format_version: '1.0',
    agent: 'claude',
    outcome: 'unchanged',
    settings_file: sandbox.file(settings),
    advice: null,
  });
  expect(sandbox.read(settings)).toBe(after);
  expect(sandbox.call('agents', 'uninstall', 'claude').status).toBe(0);
  expect(readFileSync(sandbox.file(settings), 'utf8')).toBe(before);
  expect(sandbox.call('agents', 'uninstall', 'claude').stderr).toBe(
    `claude: hook was not there, ${sandbox.file(settings)}\n`,
  );
});

test('check fails as long as an agent that is here lacks its hook, and says what to do', () => {
  const sandbox = new Sandbox();
  const { status, stderr } = sandbox.call('agents', 'check');
  expect(status).toBe(1);
  expect(stderr).toContain('claude: hook absent. Next step: tmux-drift agents install claude\n');
  for (const agent of ['claude', 'agy', 'codex']) sandbox.call('agents', 'install', agent);
  expect(sandbox.call('agents', 'check').status).toBe(0);
});

test('an agent that nobody knows, and one without hooks', () => {
  const sandbox = new Sandbox();
  sandbox.write('.config/tmux-drift/config.yaml', 'agents:\n  goose:\n    start: goose session\n');
  expect(sandbox.call('agents', 'install', 'clod')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^unknown agent 'clod': there are claude, agy, codex, goose\./),
  });
  expect(sandbox.call('agents', 'install', 'goose')).toMatchObject({
    status: 2,
    stderr: 'goose has no hook that tmux-drift knows\n',
  });
});

test('settings that cannot be read are left alone', () => {
  const sandbox = new Sandbox();
  sandbox.write(settings, '{ // mine\n}');
  const { status, stderr } = sandbox.call('agents', 'install', 'claude');
  expect(status).toBe(2);
  expect(stderr).toMatch(/settings\.json: .*nothing was written/);
  expect(sandbox.read(settings)).toBe('{ // mine\n}');
});
