/** A drain that is killed at the worst moments: what it did not finish, the next one does, and nothing is done twice. */
import { expect, test } from 'vitest';
import { binary } from './harness.ts';
import { jobEvent } from './mqtt-broker.ts';
import { JobWorld, Running } from './mqtt-jobs.ts';

const names = ['a-creator-claude', 'b-creator-claude', 'c-creator-claude'];

async function worldWithEvents(): Promise<JobWorld> {
  const world = (await JobWorld.start({ sessions: [...names, 'd-creator-claude'] })).register().queueing();
  await world.broker.publish(...names.map((name) => jobEvent(`job-${name}`, 'completed')));
  return world;
}

/** `told`: whose ends the journal tells, in its order. */
function expectAllDone(world: JobWorld, told: readonly string[] = names): void {
  expect(world.drain()).toMatchObject({ state: 'done', unsettled: 0 });
  expect(world.alive()).toEqual(['bystander', 'd-creator-claude']);
  expect(world.ended()).toEqual(told);
  expect(world.statuses()).toEqual({
    ...Object.fromEntries(names.map((name) => [name, 'terminated'])),
    'd-creator-claude': 'running',
  });
  expect(world.drain()).toMatchObject({ received: 0 });
}

test('killed before the registry is written', async () => {
  const world = await worldWithEvents();
  const inject = ['-e', 'inject=rename,renameat,renameat2:error=EIO:signal=SIGKILL:when=1'];
  const drain = new Running(
    world.sandbox,
    ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename,renameat,renameat2', ...inject, binary, 'drain'],
    'strace',
  );
  expect(await drain.exit()).toBe('SIGKILL');
  expect(new Set(Object.values(world.statuses()))).toEqual(new Set(['running']));
  expect(world.alive()).toEqual([...names, 'bystander', 'd-creator-claude'].sort());

  // The journal comes before the write: what was changed is in it, whenever a run is killed.
  expectAllDone(world, [...names, ...names]);
});

test('killed when the registry is written and the sessions still live', async () => {
  const world = await worldWithEvents();
  world.wrapTmux('case "$*" in *kill-session*) kill -9 $PPID; exit 1;; esac\nexec "$real" "$@"');
  expect(await world.background('drain').exit()).toBe('SIGKILL');
  world.unwrapTmux();
  expect(world.statuses()).toMatchObject({ 'a-creator-claude': 'terminated' });
  expect(world.alive()).toEqual([...names, 'bystander', 'd-creator-claude'].sort());

  expectAllDone(world);
});

test('killed when the sessions have ended and nothing is acknowledged', async () => {
  const world = await worldWithEvents();
  world.wrapTmux('case "$*" in *kill-session*) "$real" "$@"; kill -9 $PPID; exit 1;; esac\nexec "$real" "$@"');
  expect(await world.background('drain').exit()).toBe('SIGKILL');
  world.unwrapTmux();
  expect(world.statuses()).toMatchObject({ 'a-creator-claude': 'terminated' });
  expect(world.alive()).not.toContain('a-creator-claude');

  expectAllDone(world);
});

test('a session that took the name of one that ended in between is another one, and stays', async () => {
  const world = await worldWithEvents();
  world.wrapTmux('case "$*" in *kill-session*) "$real" "$@"; kill -9 $PPID; exit 1;; esac\nexec "$real" "$@"');
  expect(await world.background('drain').exit()).toBe('SIGKILL');
  world.unwrapTmux();
  world.sandbox.server().new('a-creator-claude', 'exec sleep 1000');

  expect(world.drain()).toMatchObject({ state: 'done', unsettled: 0 });
  expect(world.alive()).toEqual(['a-creator-claude', 'bystander', 'd-creator-claude']);
});
