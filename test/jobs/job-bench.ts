import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { Broker } from '../../src/jobs/mqtt/broker.ts';
import { parseBrokerUrl, shownAddress } from '../../src/jobs/mqtt/broker-url.ts';
import type { WorkContext } from '../../src/jobs/mqtt/event-work.ts';

export const BASE = 'python/mqtt/jobs';

export const jobEvent = (job: string, event: string) => ({
  topic: `${BASE}/${job}/events`,
  payload: JSON.stringify({ job_id: job, event }),
});

export const brokerAt = (url: string, overrides: Partial<Broker> = {}): Broker => ({
  ...parseBrokerUrl(url),
  shown: shownAddress(parseBrokerUrl(url)),
  version: 4,
  clientId: 'tmux-drift-test',
  baseTopic: BASE,
  keepalive: 60,
  username: null,
  password: null,
  ca: null,
  cert: null,
  key: null,
  ...overrides,
});

/** A registry with a row for each job, no tmux server, and a place for everything else. */
export interface JobBench {
  readonly context: WorkContext;
  readonly said: string[];
  statuses(): readonly string[];
}

export function jobBench(broker: Broker, jobs: readonly string[]): JobBench {
  const folder = mkdtempSync(join(tmpdir(), 'drift-jobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir);
  const registryPath = join(folder, 'agents.yaml');
  const rows = jobs.map(
    (job) => `- {name: ${job}-creator-claude, status: running, tmux_server: none, delegate_job_id: ${job}}\n`,
  );
  writeFileSync(registryPath, `tmux_sessions:\n${rows.join('')}`);
  const said: string[] = [];
  return {
    said,
    context: {
      broker,
      registryPath,
      stateDir,
      jobsDir: join(stateDir, 'jobs'),
      onJobEnd: 'kill',
      baseTopic: BASE,
      env: { PATH: process.env.PATH, HOME: folder, TMUX_TMPDIR: folder },
      say: (line) => said.push(line),
    },
    statuses: () =>
      parse(readFileSync(registryPath, 'utf8')).tmux_sessions.map(({ status }: { status: string }) => status),
  };
}
