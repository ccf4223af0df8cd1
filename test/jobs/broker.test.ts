import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ConfigFile } from '../../src/config-schema.ts';
import { resolveBroker } from '../../src/jobs/mqtt/broker.ts';
import { parseBrokerUrl, redactUrl } from '../../src/jobs/mqtt/broker-url.ts';
import { type Environment, resolveSettings } from '../../src/settings.ts';

const home = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'drift-broker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

interface Given {
  readonly env?: Environment;
  readonly file?: ConfigFile['mqtt'];
  readonly options?: Readonly<Record<string, string>>;
}

function resolve({ env = {}, file = {}, options = {} }: Given) {
  const HOME = env.HOME ?? '/nowhere';
  return resolveBroker(resolveSettings({ registryFlag: null, env: { ...env, HOME }, options, file: { mqtt: file } }), {
    ...env,
    HOME,
  });
}

test('no URL, no broker', () => {
  expect(resolve({})).toBeNull();
  expect(resolve({ file: { username: 'u', base_topic: 'b' } })).toBeNull();
});

test.for<[string, object]>([
  ['mqtt://broker', { protocol: 'mqtt', host: 'broker', port: 1883 }],
  ['mqtts://broker:1', { protocol: 'mqtts', host: 'broker', port: 1 }],
  ['ws://broker', { protocol: 'ws', port: 80, path: '/' }],
  ['wss://broker/mqtt?token=x', { protocol: 'wss', port: 443, path: '/mqtt?token=x' }],
  ['mqtt://[::1]:1883', { host: '::1' }],
  ['mqtt://u%40x:p%3A%2F@broker', { username: 'u@x', password: 'p:/' }],
  ['mqtt://broker?clientId=evil', { host: 'broker', username: null }],
])('%s', ([url, expected]) => {
  expect(parseBrokerUrl(url)).toMatchObject(expected);
});

test.for([
  '',
  'broker',
  'broker:1883',
  'http://broker',
  'mqtt://',
  'mqtt:secret@broker',
  'mqtt://u:%zz@broker',
  'file:///etc/passwd',
])('%j is no broker URL, which is said without repeating it', (url) => {
  const error = (() => {
    try {
      return parseBrokerUrl(url);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({
    code: 'bad-broker-url',
    exitCode: 2,
    message: expect.not.stringMatching(/secret|zz|passwd/),
  });
});

test('a URL for people has no user, no password, no query', () => {
  expect(redactUrl('wss://user:secret@broker:9001/mqtt?token=secret')).toBe('wss://broker:9001/mqtt');
  expect(redactUrl('mqtt://secret@[::1]')).toBe('mqtt://[::1]:1883');
  expect(redactUrl('user:secret@broker')).toBe('(not a broker URL)');
});

test('the environment wins over the config file, the URL over the config file', () => {
  const file = {
    url: 'mqtt://file',
    username: 'file',
    base_topic: 'file/jobs',
    client_id: 'file',
    protocol: 5 as const,
  };
  expect(resolve({ file })).toMatchObject({
    host: 'file',
    username: 'file',
    baseTopic: 'file/jobs',
    clientId: 'file',
    version: 5,
  });
  const env = {
    TMUX_DRIFT_MQTT_URL: 'mqtt://u:p@env',
    TMUX_DRIFT_MQTT_BASE_TOPIC: 'env',
    TMUX_DRIFT_MQTT_CLIENT_ID: 'env',
    TMUX_DRIFT_MQTT_PROTOCOL: '4',
  };
  expect(resolve({ file, env })).toMatchObject({
    host: 'env',
    username: 'u',
    password: 'p',
    baseTopic: 'env',
    clientId: 'env',
    version: 4,
  });
  expect(
    resolve({ file, env: { ...env, TMUX_DRIFT_MQTT_USERNAME: 'v', TMUX_DRIFT_MQTT_PASSWORD: 'q' } }),
  ).toMatchObject({ username: 'v', password: 'q' });
});

test('the client id stays the same, and is another one for another state folder', () => {
  const id = (env: Environment) => resolve({ env: { TMUX_DRIFT_MQTT_URL: 'mqtt://b', ...env } })?.clientId;
  expect(id({})).toMatch(/^tmux-drift-[0-9a-f]{12}$/);
  expect(id({})).toBe(id({}));
  expect(id({ AGENT_SESSIONS_STATE_DIR: '/elsewhere' })).not.toBe(id({}));
});

test.for<[string, Given, string]>([
  ['a CA with a plaintext URL', { file: { url: 'mqtt://b', ca_file: '/ca' } }, 'plaintext-broker'],
  ['a CA with a plaintext WebSocket', { file: { url: 'ws://b', ca_file: '/ca' } }, 'plaintext-broker'],
  [
    'a certificate with a plaintext URL',
    { file: { url: 'mqtt://b', cert_file: '/c', key_file: '/k' } },
    'plaintext-broker',
  ],
  ['a certificate without a key', { file: { url: 'mqtts://b', cert_file: '/c' } }, 'bad-tls'],
  ['a password in a tmux option', { options: { '@drift-mqtt-url': 'mqtt://u:p@b' } }, 'unsafe-secret'],
  ['a base topic with a wildcard', { file: { url: 'mqtt://b', base_topic: 'a/#' } }, 'bad-option'],
  ['a base topic with an empty level', { file: { url: 'mqtt://b', base_topic: 'a//b' } }, 'bad-option'],
  ['a client id that is no topic level', { file: { url: 'mqtt://b', client_id: 'a/b' } }, 'bad-option'],
  ['MQTT 3', { env: { TMUX_DRIFT_MQTT_URL: 'mqtt://b', TMUX_DRIFT_MQTT_PROTOCOL: '3' } }, 'bad-option'],
  ['a CA file that is not there', { file: { url: 'mqtts://b', ca_file: '/nowhere/ca' } }, 'read-failed'],
])('refuses %s', ([, given, code]) => {
  expect(() => resolve(given)).toThrow(expect.objectContaining({ code }));
});

test('a secret file must be ours alone', () => {
  const HOME = home();
  const path = join(HOME, 'password');
  writeFileSync(path, 'secret\n', { mode: 0o600 });
  const file = { url: 'mqtt://b', password_file: '~/password' };
  expect(resolve({ env: { HOME }, file })).toMatchObject({ password: 'secret' });
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode);
    expect(() => resolve({ env: { HOME }, file })).toThrow(expect.objectContaining({ code: 'unsafe-secret' }));
  }
  // What stands in the environment makes the file unnecessary.
  expect(resolve({ env: { HOME, TMUX_DRIFT_MQTT_PASSWORD: 'other' }, file })).toMatchObject({ password: 'other' });
});
