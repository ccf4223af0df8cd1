import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../e2e/wait-for.ts';
import { type FrontWorld, frontWorld, shells } from './front-world.ts';

const json = '{"session_id":"0b5cc3c5-0e1a-4f0e-9e0c-1d1c7f0f8f11","hook_event_name":"SessionStart"}';

describe.each(shells)('hook.sh in $shell', ({ words }) => {
  test('keeps what the agent says until the binary takes it', async () => {
    const world = inPane(frontWorld(words));
    world.write('hold', '');
    const { code, stdout } = await world.hook(['claude', 'SessionStart'], json).done;
    expect([code, stdout]).toEqual([0, '']);
    const [line = ''] = world.spooled();
    expect(line).toMatch(/^hook report\.\d+-\d+ claude 12 4520 SessionStart -$/);
    const report = line.split(' ')[1];
    expect(readFileSync(`${world.spool}/${report}`, 'utf8')).toBe(json);
    await world.start(['rm', world.file('hold')]).done;
    await waitFor('the binary takes it', () => world.lines('taken').length && !existsSync(world.gate));
    expect(world.lines('calls')).toEqual([expect.stringContaining(`event --socket=${world.socket} --registry=`)]);
    expect(readdirSync(world.spool)).toEqual([]);
  });

  test('the agent does not wait for the binary', async () => {
    const world = inPane(frontWorld(words));
    world.write('hold', '');
    const { code } = await world.hook(['claude'], json).done;
    expect(code).toBe(0);
    await waitFor('the binary is at it', () => world.lines('calls').length);
    expect(existsSync(world.gate)).toBe(true);
    await world.start(['rm', world.file('hold')]).done;
    await waitFor('it is done', () => !existsSync(world.gate));
  });

  test('notes who called for codex, upwards, and does not make it wait either', async () => {
    const world = inPane(frontWorld(words));
    world.write('hold', '');
    const { code } = await world.hook(['codex'], json).done;
    const callers = world.spooled()[0]?.split(' ').at(-1)?.split('-').filter(Boolean).map(Number) ?? [];
    expect([code, callers[0]]).toEqual([0, process.pid]);
    expect(callers[1]).toBe(process.ppid);
    await world.start(['rm', world.file('hold')]).done;
    await waitFor('the binary takes it', () => world.lines('taken').length && !existsSync(world.gate));
  });

  test('hands over to the binary outside tmux', async () => {
    const world = inPane(frontWorld(words));
    delete world.env.TMUX;
    const { code } = await world.hook(['claude', 'Stop'], json).done;
    expect(code).toBe(0);
    expect(world.lines('calls')).toEqual(['hook claude Stop']);
    expect(world.lines('stdin')).toEqual([json]);
  });
});

test('gives agy the answer that it demands', async () => {
  const world = inPane(frontWorld());
  expect((await world.hook(['agy', 'Stop'], '{}').done).stdout).toBe('{}\n');
  delete world.env.TMUX;
  expect((await world.hook(['agy', 'Stop'], '{}').done).stdout).toBe('{}\n');
});

test('succeeds and says nothing when there is no binary and no state folder', async () => {
  const world = inPane(frontWorld());
  rmSync(world.file('plugin/dist'), { recursive: true });
  world.write('state', 'not a folder\n');
  expect((await world.hook(['claude'], json).done).code).toBe(0);
});

test.each([
  ['that it leaves to the binary', ['codex']],
  ['that it spools', ['claude', 'Stop']],
])('asks tmux for a limited time only, for a call %s', async (_, args) => {
  const world = inPane(frontWorld());
  // No folder for a spool: what is left to the binary asks for its place.
  if (args[0] === 'codex') world.write('state', 'not a folder\n');
  mkdirSync(world.file('bin'));
  writeFileSync(world.file('bin/timeout'), '#!/bin/sh\necho "$*" >>"$FAKE/timeout"\n', { mode: 0o755 });
  world.env.PATH = `${world.file('bin')}:${world.env.PATH}`;
  await world.hook(args, json).done;
  await waitFor('it is handled', () => world.lines('calls').length);
  expect(world.lines('timeout')[0]).toMatch(/^-s KILL 2 tmux -u -S /);
});

test('keeps no more than a mebibyte', async () => {
  const world = inPane(frontWorld());
  world.write('hold', '');
  await world.hook(['claude'], 'x'.repeat(3 << 20)).done;
  const [line = ''] = world.spooled();
  expect(readFileSync(`${world.spool}/${line.split(' ')[1]}`)).toHaveLength(1 << 20);
  await world.start(['rm', world.file('hold')]).done;
  await waitFor('it is done', () => world.lines('taken').length && !existsSync(world.gate));
});

function inPane(world: FrontWorld): FrontWorld {
  world.env.TMUX = `${world.socket},4520,0`;
  world.env.TMUX_PANE = '%12';
  return world;
}
