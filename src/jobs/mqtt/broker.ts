import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { configPath, type Environment, home, type Setting, type Settings, stateFolder } from '../../settings.ts';
import { DEFAULT_BASE_TOPIC, isTopicLevel } from '../topics.ts';
import { type BrokerAddress, isTls, parseBrokerUrl, shownAddress } from './broker-url.ts';
import { readPlainFile, readSecretFile } from './secret-file.ts';

/** Everything about the broker, secrets read. Never print it: `shown` is its name for people. */
export interface Broker extends BrokerAddress {
  readonly shown: string;
  /** 4 is MQTT 3.1.1. */
  readonly version: 4 | 5;
  /** Fixed, because the broker keeps the queue of undelivered events under it. */
  readonly clientId: string;
  readonly baseTopic: string;
  /** Seconds. */
  readonly keepalive: number;
  /** Contents, PEM. */
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
}

/** Is there a broker to tell things to? Cheap: reads no file. */
export const hasBroker = ({ mqttUrl }: Settings): boolean => mqttUrl.value !== null;

/**
 * The broker that the settings describe; null where none is. What the environment says wins over the config file. Throws `UserError`
 * for what is not allowed: unsafe secret files, certificates with a plaintext URL, a password where others can read it.
 */
export function resolveBroker(settings: Settings, env: Environment): Broker | null {
  if (settings.mqttUrl.value === null) return null;
  const { file } = settings;
  const address = parseBrokerUrl(settings.mqttUrl.value);
  if (address.password !== null) refuseReadableUrl(settings.mqttUrl, env);
  const path = (variable: string, own: string | undefined) => absolute(env[variable] || own, env);
  const [ca, cert, key] = [
    path('TMUX_DRIFT_MQTT_CA_FILE', file.mqtt?.ca_file),
    path('TMUX_DRIFT_MQTT_CERT_FILE', file.mqtt?.cert_file),
    path('TMUX_DRIFT_MQTT_KEY_FILE', file.mqtt?.key_file),
  ];
  refuseUnfitTls(address, { ca, cert, key });
  const passwordFile = path('TMUX_DRIFT_MQTT_PASSWORD_FILE', file.mqtt?.password_file);
  return {
    ...address,
    shown: shownAddress(address),
    version: versionOf(env.TMUX_DRIFT_MQTT_PROTOCOL || null) ?? file.mqtt?.protocol ?? 4,
    clientId: level('client id', env.TMUX_DRIFT_MQTT_CLIENT_ID || file.mqtt?.client_id || ownClientId(env)),
    baseTopic: topic(env.TMUX_DRIFT_MQTT_BASE_TOPIC || file.mqtt?.base_topic || DEFAULT_BASE_TOPIC),
    keepalive: file.mqtt?.keepalive ?? 60,
    username: env.TMUX_DRIFT_MQTT_USERNAME || (address.username ?? file.mqtt?.username ?? null),
    password:
      env.TMUX_DRIFT_MQTT_PASSWORD || (address.password ?? (passwordFile === null ? null : passwordIn(passwordFile))),
    ca: ca === null ? null : readPlainFile(ca, 'the CA file'),
    cert: cert === null ? null : readPlainFile(cert, 'the certificate file'),
    key: key === null ? null : readSecretFile(key, 'the key file'),
  };
}

/** The same for every run of this user on this machine, another one for each state folder. */
function ownClientId(env: Environment): string {
  const self = `${hostname()}\0${process.getuid?.()}\0${resolve(stateFolder(env))}`;
  return `tmux-drift-${createHash('sha256').update(self).digest('hex').slice(0, 12)}`;
}

/** tmux options can be read by everybody who may talk to the server, and stand in the arguments of `tmux set-option`. */
function refuseReadableUrl({ origin }: Setting<string | null>, env: Environment): void {
  const instead =
    'Next step: take it out of the URL and set $TMUX_DRIFT_MQTT_PASSWORD, or mqtt.password_file in the config file';
  if (origin === 'tmux option')
    throw new UserError(
      'unsafe-secret',
      `@drift-mqtt-url holds a password, which a tmux option cannot keep. ${instead}`,
    );
  const config = configPath(env);
  if (origin === 'config file' && statSync(config).mode & 0o077) {
    throw new UserError(
      'unsafe-secret',
      `mqtt.url in ${config} holds a password, and others may read that file. ${instead}, or chmod 600 it`,
    );
  }
}

function refuseUnfitTls(address: BrokerAddress, { ca, cert, key }: Record<'ca' | 'cert' | 'key', string | null>): void {
  const named = [ca && 'a CA', cert && 'a certificate', key && 'a key'].filter(Boolean).join(', ');
  if (named !== '' && !isTls(address)) {
    throw new UserError(
      'plaintext-broker',
      `${named} is configured, but ${shownAddress(address)} is not encrypted: use mqtts:// or wss://`,
    );
  }
  if ((cert === null) !== (key === null))
    throw new UserError('bad-tls', 'a client certificate needs both, its certificate and its key file');
}

function passwordIn(path: string): string {
  const password = readSecretFile(path, 'the password file')
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw new UserError('bad-secret', `the password file ${path} is empty`);
  return password;
}

function versionOf(text: string | null): 4 | 5 | null {
  if (text === null) return null;
  if (text === '4' || text === '5') return Number(text) as 4 | 5;
  throw new UserError('bad-option', '$TMUX_DRIFT_MQTT_PROTOCOL: expected 4 (MQTT 3.1.1) or 5');
}

function level(what: string, text: string): string {
  if (isTopicLevel(text)) return text;
  throw new UserError(
    'bad-option',
    `the MQTT ${what} cannot be part of a topic: no / + # or control characters, 200 characters at most`,
  );
}

function topic(text: string): string {
  for (const part of text.split('/')) level('base topic', part);
  return text;
}

function absolute(path: string | undefined, env: Environment): string | null {
  if (!path) return null;
  return path.startsWith('~/') ? resolve(home(env), path.slice(2)) : resolve(path);
}
