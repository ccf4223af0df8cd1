import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flocked, openFiles } from '../../src/agents/held-files.ts';
import { NO_PID } from './agent-process.ts';
import { makePlace, type Place } from './stand-in.ts';

let place: Place;
const ends: (() => void)[] = [];
beforeEach(() => {
  place = makePlace();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  place.remove();
});

/** A process that has `one` and `two` open, and an flock on those named. */
async function hold(...names: readonly string[]): Promise<number> {
  const script = `
import fcntl, sys
files = {name: open(name, 'a') for name in ('one', 'two')}
for name in sys.argv[1:]: fcntl.flock(files[name], fcntl.LOCK_EX)
print('ready', flush=True)
sys.stdin.read()`;
  const child = spawn('python3', ['-c', script, ...names], { cwd: place.cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  return child.pid ?? 0;
}

describe.runIf(process.platform === 'linux')('what a process holds', () => {
  test('is what it has locked, not what it has only open', async () => {
    const pid = await hold('one');
    expect(flocked(pid, place.cwd)).toEqual(['one']);
    expect(openFiles(pid)).toEqual(expect.arrayContaining([join(place.cwd, 'one'), join(place.cwd, 'two')]));
  });
  test('is not what another one has locked, even if it has that open too', async () => {
    const [first, second] = [await hold('one'), await hold('two')];
    expect([flocked(first, place.cwd), flocked(second, place.cwd)]).toEqual([['one'], ['two']]);
  });
  test('is nothing for a process without locks, or without a life', async () => {
    expect([flocked(await hold(), place.cwd), flocked(NO_PID, place.cwd)]).toEqual([[], []]);
    expect(openFiles(NO_PID)).toEqual([]);
  });
});
