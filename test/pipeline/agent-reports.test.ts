import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { adapters } from '../../src/agents/index.ts';
import { readReports } from '../../src/pipeline/agent-reports.ts';

const ID = '0b5cc3c5-0e1a-4f0e-9e0c-1d1c7f0f8f11';

const call = (callers: readonly number[]) =>
  readReports(
    [
      {
        kind: 'agent-hook',
        file: '/spool/taken.1.2.0',
        report: '/spool/report.1-2',
        socket: '/tmp/tmux-0/default',
        agent: 'codex',
        paneId: '%1',
        serverPid: 1,
        event: 'SessionStart',
        payload: Buffer.from(JSON.stringify({ session_id: ID, hook_event_name: 'SessionStart', source: 'startup' })),
        callers,
        at: 1,
      },
    ],
    adapters,
  );

/** A process that is called `codex` and runs a script of this name. */
function codex(script: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'drift-callers-'));
  writeFileSync(join(folder, script), 'read x\n');
  const child = spawn('/bin/sh', [script], { argv0: 'codex', cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return child.pid as number;
}

test('a call is taken from the agent above it, and where nobody above is that agent', () => {
  expect(call([codex('prompt')]).reports).toMatchObject([{ id: ID, paneId: '%1' }]);
  expect(call([process.pid]).reports).toHaveLength(1);
  expect(call([]).reports).toHaveLength(1);
});

test.runIf(process.platform === 'linux')('a daemon that serves others speaks for nobody, whoever started it', () => {
  const { reports, ignored } = call([process.pid, codex('app-server'), codex('prompt')]);
  expect(reports).toEqual([]);
  expect(ignored).toEqual([{ agent: 'codex', ignored: 'called by a process that serves other terminals' }]);
});
