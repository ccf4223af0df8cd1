import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { readProcesses } from '../../src/process/process-table.ts';
import { readProcfs } from '../../src/process/procfs.ts';
import { parsePs, readPs } from '../../src/process/ps.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'drift-process-')));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that has printed its first line, which is returned. */
async function run(file: string, args: readonly string[]): Promise<{ pid: number; line: string; child: ChildProcess }> {
  const child = spawn(file, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = child.stdout ? await once(createInterface(child.stdout), 'line') : [''];
  return { pid: child.pid ?? 0, line: String(line), child };
}

function tableOf(...pids: readonly number[]) {
  const table = readProcesses(pids);
  if (table === 'unknown') throw new Error('the process table cannot be read');
  return table;
}

describe.runIf(process.platform === 'linux')('the process table on Linux', () => {
  test('knows argv, parent, folder, program and start time of a process', async () => {
    const { pid } = await run('sh', ['-c', 'echo ready; read line', 'x  y', '', 'z\nw']);
    const found = tableOf(pid).get(pid);
    expect(found?.argv).toEqual(['sh', '-c', 'echo ready; read line', 'x  y', '', 'z\nw']);
    expect(found).toMatchObject({ pid, ppid: process.pid, cwd: folder, exe: realpathSync('/bin/sh') });
    expect(Math.abs((found?.startedAt ?? 0) - Date.now() / 1000)).toBeLessThan(5);
  });

  test('reads parent and start time of a program whose name holds parentheses and blanks', async () => {
    const odd = join(folder, 'a) S 1 (b ) 2');
    symlinkSync(execFileSync('sh', ['-c', 'command -v cat'], { encoding: 'utf8' }).trim(), odd);
    const { pid } = await run('sh', ['-c', `echo ready; exec '${odd}'`]);
    const table = tableOf(pid);
    while (table.get(pid)?.argv[0] !== odd) await new Promise(setImmediate);
    const own = table.get(process.pid);
    expect(table.get(pid)?.ppid).toBe(process.pid);
    expect(table.get(pid)?.startTicks).toBeGreaterThanOrEqual(own?.startTicks ?? Number.POSITIVE_INFINITY);
  });

  test('shows a title written over argv without the rest of the old argv', async () => {
    const script = "process.title = 'claude'; console.log('ready'); process.stdin.resume()";
    const { pid } = await run(process.execPath, ['-e', script, 'some', 'more', 'words']);
    expect(tableOf(pid).get(pid)?.argv).toEqual(['claude']);
  });

  test('start ticks tell two processes of one pid apart, and stay the same for one', async () => {
    const { pid } = await run('sh', ['-c', 'echo ready; read line']);
    expect(tableOf(pid).get(pid)?.startTicks).toBe(tableOf(pid).get(pid)?.startTicks);
    expect(tableOf(pid).get(pid)?.startTicks).not.toBe(tableOf(pid).get(process.ppid)?.startTicks);
  });

  test('finds the children of a shell', async () => {
    const { pid, line } = await run('sh', ['-c', 'sleep 60 & echo $!; wait']);
    expect(tableOf(pid).childrenOf(pid)).toEqual([Number(line)]);
    process.kill(Number(line));
  });

  test('finds a child that another thread than the first has started', async () => {
    const script = `
import subprocess, threading, time
def work():
    child = subprocess.Popen(['sleep', '60'])
    print(child.pid, flush=True)
    child.wait()
thread = threading.Thread(target=work); thread.start(); thread.join()`;
    const { pid, line } = await run('python3', ['-c', script]);
    expect(tableOf(pid).childrenOf(pid)).toEqual([Number(line)]);
    process.kill(Number(line));
  });

  test('finds the same children where the kernel has no list of them', async () => {
    const { pid, line } = await run('sh', ['-c', 'sleep 60 & echo $!; wait']);
    const table = readProcfs(false);
    expect(table !== 'unknown' && table.childrenOf(pid)).toEqual([Number(line)]);
    process.kill(Number(line));
  });

  test('a process that has ended is none, with no children', async () => {
    const { pid, child } = await run('sh', ['-c', 'echo ready; read line']);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect([tableOf(pid).get(pid), tableOf(pid).childrenOf(pid)]).toEqual([null, []]);
  });

  test('a process that ends while it is looked at has no start time', async () => {
    const { pid, child } = await run('sh', ['-c', 'echo ready; read line']);
    const found = tableOf(pid).get(pid);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect([found?.startTicks, found?.startedAt, found?.cwd]).toEqual([null, 0, null]);
  });
});

test('asks for nothing when there is no pane', () => {
  expect(tableOf().get(1)).toBeNull();
});

describe('the process table from ps', () => {
  const line = (text: string) => parsePs(text)[0];
  test('reads pid, parent, start and words', () => {
    const found = line('  501     1 Sat Nov 22 14:36:09 2025     /usr/bin/claude --resume x');
    expect(found).toMatchObject({ pid: 501, ppid: 1, startTicks: null, argv: ['/usr/bin/claude', '--resume', 'x'] });
    expect(found?.startedAt).toBe(new Date(2025, 10, 22, 14, 36, 9).getTime() / 1000);
  });
  test('reads a day of one digit', () => {
    expect(line('1 0 Sun Nov  2 04:36:09 2025 launchd')?.pid).toBe(1);
  });
  test.each(['', '  PID  PPID STARTED', '501 1 garbage claude', 'x y Sat Nov 22 14:36:00 2025 z'])(
    'skips %j',
    (text) => {
      expect(parsePs(text)).toEqual([]);
    },
  );
  test('says the same as /proc', async () => {
    const { pid, line: child } = await run('sh', ['-c', 'sleep 60 & echo $!; wait']);
    const table = readPs([pid]);
    if (table === 'unknown') throw new Error('ps failed');
    expect(table.childrenOf(pid)).toEqual([Number(child)]);
    expect(table.get(pid)?.argv[0]).toBe('sh');
    process.kill(Number(child));
  });
  test('is unknown when it does not list what was asked for', () => {
    expect(readPs([4_194_305])).toBe('unknown');
  });
});
