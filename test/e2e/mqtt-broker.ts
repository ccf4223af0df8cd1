import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { onTestFinished } from 'vitest';
import type { Sandbox } from './harness.ts';
import { waitFor } from './wait-for.ts';

export const EVENTS = 'python/mqtt/jobs/+/events';

export const eventTopic = (job: string): string => `python/mqtt/jobs/${job}/events`;

export const jobEvent = (job: string, event: string, more: object = {}): Publication => ({
  topic: eventTopic(job),
  payload: JSON.stringify({ job_id: job, event, ...more }),
});

export interface Publication {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain?: boolean;
}

export interface BrokerOptions {
  /** Lines for the listener that the tests talk to. */
  readonly conf?: readonly string[];
  readonly scheme?: 'mqtt' | 'mqtts';
  /** The default lets everybody in. */
  readonly anonymous?: boolean;
  /** It has a memory on disk, written when it ends and by `save`. */
  readonly saving?: boolean;
}

/** A real Mosquitto on a port of its own, gone when the test ends. */
export class Mosquitto {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #log: string;
  #process: ChildProcess | null = null;

  static async start(sandbox: Sandbox, options: BrokerOptions = {}): Promise<Mosquitto> {
    const broker = new Mosquitto(sandbox, await freePort(), options);
    await broker.up();
    return broker;
  }

  private constructor(
    sandbox: Sandbox,
    port: number,
    { conf = [], scheme = 'mqtt', anonymous = true, saving = false }: BrokerOptions,
  ) {
    this.port = port;
    this.url = `${scheme}://127.0.0.1:${port}`;
    this.#folder = join(sandbox.home, 'broker');
    this.#log = join(this.#folder, 'log');
    mkdirSync(this.#folder, { recursive: true });
    const lines = [
      `user ${userInfo().username}`,
      'per_listener_settings false',
      `allow_anonymous ${anonymous}`,
      'max_queued_messages 100000',
      ...(saving ? ['persistence true', `persistence_location ${this.#folder}/`, 'autosave_interval 0'] : []),
      'set_tcp_nodelay true',
      `listener ${port} 127.0.0.1`,
      ...conf,
    ];
    writeFileSync(join(this.#folder, 'conf'), `${lines.join('\n')}\n`);
    onTestFinished(() => this.down('SIGKILL'));
  }

  async up(): Promise<void> {
    const log = openSync(this.#log, 'a');
    const before = this.log().length;
    const process = spawn('mosquitto', ['-c', join(this.#folder, 'conf')], { stdio: ['ignore', log, log] });
    this.#process = process;
    await waitFor('the broker is up', () => {
      if (process.exitCode !== null) throw new Error(`mosquitto: ${this.log()}`);
      return /mosquitto version \S+ running/.test(this.log().slice(before));
    });
  }

  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    await gone;
  }

  /** Has it write down what it keeps; settles when `text` is among it. */
  async save(text: string): Promise<void> {
    this.#process?.kill('SIGUSR1');
    const path = join(this.#folder, 'mosquitto.db');
    await waitFor(
      `the broker has saved ${text}`,
      () => existsSync(path) && readFileSync(path, 'latin1').includes(text),
    );
  }

  /** Has it read its password and access files again. */
  reload(): void {
    this.#process?.kill('SIGHUP');
  }

  log(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** Publishes at QoS 1, in order; settles when the broker has all. */
  async publish(...publications: readonly Publication[]): Promise<void> {
    const client = await mqtt.connectAsync(this.url, { reconnectPeriod: 0 });
    await Promise.all(
      publications.map(({ topic, payload, retain = false }) => client.publishAsync(topic, payload, { qos: 1, retain })),
    );
    await client.endAsync();
  }

  /** Everything that is published on a topic from now on. */
  async listen(topic: string): Promise<{ readonly topic: string; readonly text: string }[]> {
    const heard: { topic: string; text: string }[] = [];
    const client = await mqtt.connectAsync(this.url, { reconnectPeriod: 0 });
    onTestFinished(() => void client.end(true));
    client.on('message', (from, payload) => heard.push({ topic: from, text: payload.toString() }));
    await client.subscribeAsync(topic, { qos: 1 });
    return heard;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
