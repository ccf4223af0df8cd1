/** A small MQTT broker for the demo: prints its port, and publishes each line that it is told (`TOPIC PAYLOAD`) until there are no more. */
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
const server = createServer((socket) => void broker.handle(socket));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
for await (const line of createInterface({ input: process.stdin })) {
  const [topic = '', payload = ''] = line.split(/ (.*)/s);
  broker.publish({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false }, () => {});
}
process.exit();
