/** Completion in real shells, by a real Tab. */
import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SessionsWorld } from './sessions-world.ts';
import { waitFor } from './wait-for.ts';

const SHELLS = [
  ['bash', 'bash --norc --noprofile', 'eval "$(tmux-drift completion bash)"'],
  ['zsh', 'zsh -f', 'autoload -U compinit; compinit -u; eval "$(tmux-drift completion zsh)"'],
  ['fish', 'fish --no-config', 'tmux-drift completion fish | source'],
] as const;

/** A shell on a screen, with the completion loaded. */
async function setUp(command: string, load: string) {
  const world = new SessionsWorld();
  world.sandbox.write('bin/x', '');
  symlinkSync(world.binary, world.sandbox.file('bin/tmux-drift'));
  world.sandbox.env.PATH = `${world.sandbox.file('bin')}:${world.sandbox.env.PATH}`;
  world.server.start('shell', '/dev/null', '-x', '120', command);
  const screen = () => world.server.tmux('capture-pane', '-p', '-t', 'shell');
  const type = (...keys: readonly string[]) => world.server.tmux('send-keys', '-t', 'shell', ...keys);
  type(`${load}; clear; echo re''ady`, 'Enter');
  await waitFor('the shell is ready', () => /^ready/m.test(screen()));
  const completes = async (line: string, to: string) => {
    type('C-u', line, 'Tab');
    await waitFor(`${line}<Tab> gives ${to} in\n${screen()}`, () => screen().includes(to));
  };
  return { world, completes };
}

describe.each(SHELLS.filter(([name]) => spawnSync(name, ['-c', ':']).status === 0))('in %s', (_, command, load) => {
  test('commands, options, their values and session names are completed', async () => {
    const { world, completes } = await setUp(command, load);
    await completes('tmux-drift rec', 'tmux-drift reconcile');
    await completes('tmux-drift reconcile --dr', 'tmux-drift reconcile --dry-run');
    await completes('tmux-drift reconcile --format j', 'tmux-drift reconcile --format json');
    await completes('tmux-drift jobs com', 'tmux-drift jobs complete');
    await completes('tmux-drift create --agent cod', 'tmux-drift create --agent codex');
    world.create('claude', 'api');
    await completes('tmux-drift delete ap', 'tmux-drift delete api-creator-claude');
  });

  test('a session name is never run', async () => {
    const { world, completes } = await setUp(command, load);
    const file = world.sandbox.file('pwned');
    const name = `zz$(touch ${file})\`touch ${file}\`;touch ${file}`;
    world.sandbox.writeRegistry(`tmux_sessions:\n- name: '${name}'\n  status: running\n`);
    await completes('tmux-drift delete z', 'touch');
    expect(existsSync(file)).toBe(false);
  });
});
