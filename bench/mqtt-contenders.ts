import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchBroker } from './mqtt-broker.ts';
import { BINARY, ROOT, type Sandbox, sandbox } from './sandbox.ts';
import { type BenchRow, registryText, SOCKET_LABEL } from './world.ts';

/** Somebody who takes job events and ends rows: we, or the peer. Each has a registry, a base topic and a client id of its own. */
export interface Contender {
  readonly who: 'ours' | 'peer';
  readonly base: string;
  readonly registry: string;
  /** Puts a registry in place in which every row is running and has the job `job-<index>`. */
  fill(rows: number): void;
  /** Takes `events` queued ones and exits. */
  drain(events: number): Promise<void>;
  /** Settles when it takes events. */
  subscribe(): Promise<{ stop(): Promise<void> }>;
  close(): void;
}

export function contenders(broker: BenchBroker): readonly Contender[] {
  return [ours(broker), peer(broker)];
}

function ours({ port }: BenchBroker): Contender {
  const box = sandbox();
  const base = 'ours/jobs';
  const env = { ...box.env, TMUX_DRIFT_MQTT_URL: `mqtt://127.0.0.1:${port}`, TMUX_DRIFT_MQTT_BASE_TOPIC: base };
  return {
    who: 'ours',
    base,
    registry: box.registry,
    fill: server(box),
    drain: () => finished(spawn(BINARY, ['drain', '--quiet'], { env, stdio: 'inherit' })),
    subscribe: () => subscriber(spawn(BINARY, ['subscribe'], { env, stdio: ['ignore', 'ignore', 'pipe'] })),
    close: () => box.close(),
  };
}

function peer({ port }: BenchBroker): Contender {
  const box = sandbox();
  const base = 'peer/jobs';
  const words = [join(ROOT, 'bench/peers/mqtt.py'), String(port), base, 'bench-peer', box.registry];
  const python = pythonWithPaho();
  return {
    who: 'peer',
    base,
    registry: box.registry,
    fill: server(box),
    drain: (events) =>
      finished(spawn(python, [...words, String(events)], { env: box.env, stdio: ['ignore', 'ignore', 'inherit'] })),
    subscribe: () => subscriber(spawn(python, words, { env: box.env, stdio: ['ignore', 'pipe', 'inherit'] })),
    close: () => box.close(),
  };
}

/** A tmux server with one session that is nobody's: both ask it to end sessions that are gone already. */
function server(box: Sandbox): (rows: number) => void {
  box.tmux(SOCKET_LABEL, 'new-session', '-d', '-s', 'bystander', 'exec sleep 100000');
  const started = Number(box.tmux(SOCKET_LABEL, 'display-message', '-p', '#{start_time}'));
  const facts = { socket: box.socket(SOCKET_LABEL), started };
  return (rows) => {
    const live = Array.from(
      { length: rows },
      (_, index): BenchRow => ({
        name: `live-${index}-creator-claude`,
        status: 'running',
        epoch: started,
        sessionId: `$${1000 + index}`,
      }),
    );
    writeFileSync(
      box.registry,
      registryText(rows, live, facts).replace(/^(- name: live-(\d+)-.*)$/gm, '$1\n  delegate_job_id: job-$2'),
    );
  };
}

async function finished(process: ChildProcess): Promise<void> {
  const code = await new Promise((resolve) => process.once('exit', (code, signal) => resolve(code ?? signal)));
  if (code !== 0) throw new Error(`${process.spawnargs.join(' ')}: ${code}`);
}

async function subscriber(process: ChildProcess): Promise<{ stop(): Promise<void> }> {
  await new Promise<void>((resolve) => {
    for (const stream of [process.stdout, process.stderr])
      stream?.on('data', (text) => /^subscribed/m.test(String(text)) && resolve());
  });
  return {
    stop: async () => {
      const gone = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await gone;
    },
  };
}

/** How many rows the file says are terminated. */
export const endedRows = (registry: string): number =>
  readFileSync(registry, 'utf8').match(/^ {2}status: terminated$/gm)?.length ?? 0;

/** Something that is another one each time when the file was replaced. */
export const stateOf = (registry: string): string => {
  const { ino, mtimeNs } = statSync(registry, { bigint: true });
  return `${ino} ${mtimeNs}`;
};

function pythonWithPaho(): string {
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', 'import paho.mqtt, yaml']).status === 0,
  );
  if (!found)
    throw new Error('no Python with paho-mqtt and PyYAML: scripts/test installs them (python3-paho-mqtt python3-yaml)');
  return found;
}
