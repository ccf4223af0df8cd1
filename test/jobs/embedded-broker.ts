import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type Server } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import mqtt from 'mqtt';
import { onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** A broker in this process, on a port of its own, gone when the test ends. */
export interface EmbeddedBroker {
  readonly url: string;
  publish(
    ...publications: readonly { readonly topic: string; readonly payload: string; readonly retain?: boolean }[]
  ): Promise<void>;
}

export async function embeddedBroker(options: AedesOptions = {}): Promise<EmbeddedBroker> {
  const aedes = await Aedes.createBroker(options);
  const port = await listening(createServer((socket) => void aedes.handle(socket)));
  onTestFinished(() => aedes.close());
  const url = `mqtt://127.0.0.1:${port}`;
  return {
    url,
    publish: async (...publications) => {
      const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
      for (const { topic, payload, retain = false } of publications)
        await client.publishAsync(topic, payload, { qos: 1, retain });
      await client.endAsync();
    },
  };
}

/** A broker by WebSockets, encrypted where there is a certificate: its URL. */
export async function webSocketFront(
  { url }: Pick<EmbeddedBroker, 'url'>,
  certificate: { readonly cert: Buffer; readonly key: Buffer } | null = null,
): Promise<string> {
  const server = certificate ? createHttpsServer(certificate) : createHttpServer();
  new WebSocketServer({ server }).on('connection', (socket) => {
    const outside = createWebSocketStream(socket);
    const inside = connect(Number(new URL(url).port), '127.0.0.1');
    outside.on('error', () => inside.destroy()).pipe(inside);
    inside.on('error', () => outside.destroy()).pipe(outside);
  });
  return `${certificate ? 'wss' : 'ws'}://127.0.0.1:${await listening(server)}/mqtt`;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
