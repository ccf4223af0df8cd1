/** Who is at the other end, who are we, what may we: each failure is one clear line and exit code 2, and touches nothing. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webSocketFront } from '../jobs/embedded-broker.ts';
import { Sandbox } from './harness.ts';
import { type BrokerOptions, jobEvent, Mosquitto } from './mqtt-broker.ts';
import { type Certificate, type Certificates, makeCertificates } from './mqtt-certificates.ts';
import { Running, registryOf } from './mqtt-jobs.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const REGISTRY = registryOf([{ name: 'a-creator-claude', job: 'a' }]);
const SECRET = 'S3cr3t-pass word';

async function setUp(
  options: BrokerOptions | ((sandbox: Sandbox) => BrokerOptions),
  mqtt: Readonly<Record<string, string | number>> = {},
) {
  const sandbox = new Sandbox();
  const broker = await Mosquitto.start(sandbox, typeof options === 'function' ? options(sandbox) : options);
  sandbox.env.TMUX_DRIFT_MQTT_URL = broker.url;
  sandbox.write('.config/tmux-drift/config.yaml', `mqtt: ${JSON.stringify(mqtt)}\n`);
  sandbox.writeRegistry(REGISTRY);
  const before = statSync(sandbox.registry, { bigint: true }).mtimeNs;

  /** The commands fail, with these words, and leave the registry as it is. */
  async function refused(words: string | RegExp, commands = ['drain', 'subscribe']): Promise<void> {
    for (const command of commands) {
      const { status, stderr, stdout } = sandbox.call(command);
      expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(words)]);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(sandbox.read('.local/state/tmux-drift/agent-sessions.yaml')).toBe(REGISTRY);
    expect(statSync(sandbox.registry, { bigint: true }).mtimeNs).toBe(before);
  }

  return { sandbox, broker, refused };
}

const tls = ({ cert, key }: Certificate, ...more: readonly string[]): BrokerOptions => ({
  scheme: 'mqtts',
  conf: [`cafile ${certificates.ca.cert}`, `certfile ${cert}`, `keyfile ${key}`, ...more],
});

/** A user `drift`, and the access list when one is given. */
function password(sandbox: Sandbox, acl?: string): BrokerOptions {
  const file = sandbox.write('passwords', '');
  sandbox.run('mosquitto_passwd', '-b', '-c', file, 'drift', SECRET);
  return {
    anonymous: false,
    conf: [`password_file ${file}`, ...(acl === undefined ? [] : [`acl_file ${sandbox.write('acl', acl)}`])],
  };
}

test('a certificate of a CA that we know is enough', async () => {
  const { sandbox } = await setUp(tls(certificates.server), { ca_file: certificates.ca.cert });
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
});

test('WebSockets are encrypted as strictly', async () => {
  const { sandbox, broker } = await setUp({}, { ca_file: certificates.ca.cert });
  const { cert, key } = certificates.server;
  sandbox.env.TMUX_DRIFT_MQTT_URL = await webSocketFront(broker, { cert: readFileSync(cert), key: readFileSync(key) });
  expect(await new Running(sandbox, ['drain']).exit()).toBe(0);
  sandbox.write('.config/tmux-drift/config.yaml', `mqtt: {ca_file: ${certificates.otherCa.cert}}\n`);
  const refused = new Running(sandbox, ['drain']);
  expect([await refused.exit(), refused.said]).toEqual([
    2,
    expect.stringMatching(/^cannot connect to wss:\/\/127\.0\.0\.1:\d+\/mqtt: .*not signed by a CA that we know/),
  ]);
});

test('a certificate of an unknown CA is refused', async () => {
  const { sandbox, refused } = await setUp(tls(certificates.server), { ca_file: certificates.otherCa.cert });
  await refused(
    /^cannot connect to mqtts:\/\/127\.0\.0\.1:\d+: the broker's certificate is not signed by a CA that we know/,
  );
  sandbox.write('.config/tmux-drift/config.yaml', 'mqtt: {}\n');
  await refused(/not signed by a CA that we know/);
});

test('an expired certificate is refused', async () => {
  const { refused } = await setUp(tls(certificates.expired), { ca_file: certificates.ca.cert });
  await refused("the broker's certificate has expired");
});

test('a certificate of another host is refused', async () => {
  const { refused } = await setUp(tls(certificates.otherHost), { ca_file: certificates.ca.cert });
  await refused("the broker's certificate is for another host name");
});

test('a client certificate opens what is closed without one', async () => {
  const { ca, client, server } = certificates;
  const { sandbox, refused } = await setUp(tls(server, 'require_certificate true'), { ca_file: ca.cert });
  await refused('the broker wants a client certificate|the broker ended the handshake');
  sandbox.write(
    '.config/tmux-drift/config.yaml',
    `mqtt: {ca_file: ${ca.cert}, cert_file: ${client.cert}, key_file: ${client.key}}\n`,
  );
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
  sandbox.run('chmod', '644', client.key);
  await refused(/^the key file .* may be read by others \(mode 644\)/);
  sandbox.run('chmod', '600', client.key);
});

test('a CA with a plaintext URL is refused before anything is sent', async () => {
  const { broker, refused } = await setUp({}, { ca_file: certificates.ca.cert });
  await refused(/^a CA is configured, but mqtt:\/\/127\.0\.0\.1:\d+ is not encrypted/);
  expect(broker.log()).not.toContain('New connection');
});

test('TLS on a port without it, and the other way round, is said in words', async () => {
  const plain = await setUp({}, {});
  plain.sandbox.env.TMUX_DRIFT_MQTT_URL = plain.broker.url.replace('mqtt:', 'mqtts:');
  await plain.refused(
    /^cannot connect to mqtts:.*: (TLS failed: the port does not speak TLS|the connection was reset)/,
    ['drain'],
  );
  const encrypted = await setUp(tls(certificates.server));
  encrypted.sandbox.env.TMUX_DRIFT_MQTT_URL = encrypted.broker.url.replace('mqtts:', 'mqtt:');
  await encrypted.refused(/^cannot connect to mqtt:.*: (the connection was reset|the broker closed the connection)/, [
    'drain',
  ]);
});

test('user and password come from the URL in the environment, from variables, or from a file that only we can read', async () => {
  const { sandbox, broker, refused } = await protectedBroker();
  await refused('cannot connect to mqtt:.*: the broker does not allow this user');
  const withPassword = (text: string) => broker.url.replace('//', `//drift:${encodeURIComponent(text)}@`);
  sandbox.env.TMUX_DRIFT_MQTT_URL = withPassword('wrong');
  await refused('the broker (refuses user name or password|does not allow this user)');

  sandbox.env.TMUX_DRIFT_MQTT_URL = withPassword(SECRET);
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
  Object.assign(sandbox.env, {
    TMUX_DRIFT_MQTT_URL: broker.url,
    TMUX_DRIFT_MQTT_USERNAME: 'drift',
    TMUX_DRIFT_MQTT_PASSWORD: SECRET,
  });
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });

  delete sandbox.env.TMUX_DRIFT_MQTT_PASSWORD;
  const file = sandbox.write('secret', `${SECRET}\n`);
  sandbox.write('.config/tmux-drift/config.yaml', 'mqtt: {password_file: ~/secret}\n');
  sandbox.run('chmod', '640', file);
  await refused(/^the password file .* may be read by others \(mode 640\)/);
  sandbox.run('chmod', '600', file);
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
});

test('a password in a tmux option, or in a config file that others may read, is refused', async () => {
  const { sandbox, broker, refused } = await protectedBroker();
  const url = broker.url.replace('//', `//drift:${encodeURIComponent(SECRET)}@`);
  delete sandbox.env.TMUX_DRIFT_MQTT_URL;
  const config = sandbox.write('.config/tmux-drift/config.yaml', `mqtt: {url: "${url}"}\n`);
  await refused(/^mqtt\.url in .*config\.yaml holds a password, and others may read that file/);
  sandbox.run('chmod', '600', config);
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
  sandbox.server().start('main', '/dev/null').tmux('set-option', '-g', '@drift-mqtt-url', url);
  await refused(/^@drift-mqtt-url holds a password/);
});

test('secrets stand in no message, file or journal, not even with DEBUG', async () => {
  const { sandbox, broker } = await protectedBroker();
  Object.assign(sandbox.env, {
    TMUX_DRIFT_MQTT_URL: broker.url.replace('//', `//drift:${encodeURIComponent(SECRET)}@`),
    DEBUG: '*',
  });
  await broker.down();
  const said = [sandbox.call('drain'), sandbox.call('drain', '--json')];
  await broker.up();
  said.push(sandbox.call('drain'), sandbox.call('drain', '--json'));
  const texts = [
    ...said.map(({ stdout, stderr }) => stdout + stderr),
    ...readdirSync(sandbox.state, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'latin1')] : [],
    ),
  ];
  for (const text of texts) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(encodeURIComponent(SECRET));
  }
});

test('an access list that lets nothing through is noticed, although the broker does not say so', async () => {
  const { sandbox, refused } = await protectedBroker('user drift\ntopic read other/#\n');
  const words =
    /took our subscription, but not even our own message came back.*Needed: read python\/mqtt\/jobs\/\+\/events, readwrite/;
  await refused(words, ['drain']);
  const subscriber = new Running(sandbox, ['subscribe']);
  await subscriber.says(words);
  subscriber.process.kill('SIGTERM');
  expect(await subscriber.exit()).toBe(0);
});

test('an access list that lets events through but not our mark costs a second, no event', async () => {
  const { sandbox, broker } = await protectedBroker(
    'user drift\ntopic read python/mqtt/jobs/+/events\nuser other\ntopic python/#\n',
  );
  sandbox.call('drain');
  sandbox.run('mosquitto_passwd', '-b', sandbox.file('passwords'), 'other', 'x');
  broker.reload();
  const { topic, payload } = jobEvent('a', 'completed');
  sandbox.run(
    'mosquitto_pub',
    '-p',
    String(broker.port),
    '-u',
    'other',
    '-P',
    'x',
    '-q',
    '1',
    '-t',
    topic,
    '-m',
    String(payload),
  );
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
  expect(sandbox.row('a-creator-claude')).toMatchObject({ status: 'terminated' });
});

test.for([
  ['MQTT 5', { protocol: 5 }],
  ['another base topic', { base_topic: 'my/jobs' }],
] as const)('%s does as well', async ([, mqtt]) => {
  const { sandbox, broker } = await setUp({}, mqtt);
  expect(sandbox.call('drain')).toMatchObject({ status: 0 });
  const { topic, payload } = jobEvent('a', 'completed');
  await broker.publish({
    topic: topic.replace('python/mqtt/jobs', 'base_topic' in mqtt ? mqtt.base_topic : 'python/mqtt/jobs'),
    payload,
  });
  expect(sandbox.call('drain')).toMatchObject({ status: 0, stderr: expect.stringContaining('1 of them ended') });
  expect(sandbox.row('a-creator-claude')).toMatchObject({ status: 'terminated' });
});

/** A broker that knows one user, whom we are when there is an access list to try. */
async function protectedBroker(acl?: string) {
  const world = await setUp((sandbox) => password(sandbox, acl));
  if (acl !== undefined)
    Object.assign(world.sandbox.env, { TMUX_DRIFT_MQTT_USERNAME: 'drift', TMUX_DRIFT_MQTT_PASSWORD: SECRET });
  return world;
}
