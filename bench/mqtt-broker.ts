import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';

export interface BenchBroker {
  readonly port: number;
  readonly client: MqttClient;
  close(): Promise<void>;
}

/** A real Mosquitto on a port of its own, with a queue that holds every event of a round, and a client to publish with. */
export async function benchBroker(): Promise<BenchBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'tmux-drift-bench-broker-'));
  const port = await freePort();
  const conf = [
    `user ${userInfo().username}`,
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_queued_messages 100000',
    'set_tcp_nodelay true',
  ];
  writeFileSync(join(folder, 'conf'), `${conf.join('\n')}\n`);
  const broker = spawn('mosquitto', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
  const client = await connected(port);
  return {
    port,
    client,
    async close() {
      await client.endAsync(true);
      broker.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function connected(port: number): Promise<MqttClient> {
  for (let tries = 0; ; tries++) {
    try {
      return await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false);
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(20);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
