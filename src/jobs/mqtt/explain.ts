import { EnvironmentError, errnoOf } from '../../errors.ts';
import { printable } from '../../render/printable.ts';
import type { Broker } from './broker.ts';
import { isTls } from './broker-url.ts';

/** Codes that waiting does not mend: a subscriber that has never been connected gives up on them. */
const LASTING: ReadonlySet<string> = new Set(['mqtt-auth', 'mqtt-tls', 'mqtt-denied', 'mqtt-protocol', 'mqtt-address']);

export const isLasting = (error: unknown): boolean => error instanceof EnvironmentError && LASTING.has(error.code);

/** A connection that failed, in words: which broker, why, what to do. */
export const connectionError = (broker: Broker, error: unknown): EnvironmentError =>
  failure(broker, error, 'cannot connect to');

/** A connection that worked, and is no more. */
export const lostConnection = (broker: Broker, error: unknown): EnvironmentError =>
  failure(broker, error, 'lost the connection to');

function failure(broker: Broker, error: unknown, what: string): EnvironmentError {
  const { code, why } = explain(broker, error);
  return new EnvironmentError(code, `${what} ${broker.shown}: ${why}`);
}

interface Explanation {
  readonly code: string;
  readonly why: string;
}

function explain(broker: Broker, error: unknown): Explanation {
  const refusal =
    error instanceof Error && 'code' in error && typeof error.code === 'number' ? REFUSALS.get(error.code) : undefined;
  if (refusal) return refusal;
  const errno = errnoOf(error) ?? '';
  const network = NETWORK.get(errno);
  if (network) return network;
  const certificate = CERTIFICATE.get(errno);
  if (certificate) return { code: 'mqtt-tls', why: `${certificate} (${errno})` };
  if (/^ERR_(SSL|TLS|OSSL)|^EPROTO$/.test(errno)) return { code: 'mqtt-tls', why: `TLS failed: ${tlsWords(errno)}` };
  const text = error instanceof Error ? error.message : String(error);
  if (text === 'connack timeout')
    return {
      code: 'mqtt-timeout',
      why: `no answer in time${isTls(broker) ? '' : ': is it a broker, and without TLS?'}`,
    };
  return { code: 'mqtt-lost', why: printable(text) };
}

const tlsWords = (errno: string): string =>
  errno === 'EPROTO' || errno === 'ERR_SSL_WRONG_VERSION_NUMBER'
    ? 'the port does not speak TLS'
    : errno
        .replace(/^ERR_(SSL_|TLS_|OSSL_)/, '')
        .toLowerCase()
        .replaceAll('_', ' ');

const auth = (why: string): Explanation => ({ code: 'mqtt-auth', why });
const protocol = (why: string): Explanation => ({ code: 'mqtt-protocol', why });
const unreachable = (why: string): Explanation => ({ code: 'mqtt-unreachable', why });

const BAD_PASSWORD = auth('the broker refuses user name or password');
const NOT_ALLOWED = auth('the broker does not allow this user (or nobody without a user name)');
const BAD_VERSION = protocol('the broker does not speak this version of MQTT: set mqtt.protocol to 4 (3.1.1) or 5');
const BAD_CLIENT = protocol('the broker refuses our client id: set mqtt.client_id');

/** Refusals in the broker's first answer: MQTT 3.1.1 (1 to 5), MQTT 5 (128 and up). */
const REFUSALS: ReadonlyMap<number, Explanation> = new Map([
  [1, BAD_VERSION],
  [2, BAD_CLIENT],
  [3, unreachable('the broker says that it is not available')],
  [4, BAD_PASSWORD],
  [5, NOT_ALLOWED],
  [132, BAD_VERSION],
  [133, BAD_CLIENT],
  [134, BAD_PASSWORD],
  [135, NOT_ALLOWED],
  [136, unreachable('the broker says that it is not available')],
  [137, unreachable('the broker is busy')],
  [138, auth('the broker has banned us')],
  [140, auth('the broker wants another way of authentication')],
  [142, { code: 'mqtt-lost', why: 'another client took over our session: is the client id in use elsewhere?' }],
  [151, unreachable('a quota of the broker is used up')],
  [159, unreachable('too many connections in a short time')],
]);

const NETWORK: ReadonlyMap<string, Explanation> = new Map([
  ['ECONNREFUSED', unreachable('nobody listens there')],
  ['EPIPE', { code: 'mqtt-lost', why: 'the broker closed the connection' }],
  [
    'ECONNRESET',
    { code: 'mqtt-lost', why: 'the connection was reset: TLS on a port without it, or the other way round?' },
  ],
  ['ENOTFOUND', { code: 'mqtt-unreachable', why: 'there is no host of that name' }],
  ['EAI_AGAIN', unreachable('the name service does not answer')],
  ['EHOSTUNREACH', unreachable('there is no route to the host')],
  ['ENETUNREACH', unreachable('there is no network')],
  ['ETIMEDOUT', unreachable('no answer in time')],
]);

const CERTIFICATE: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', "the broker's certificate has expired"],
  ['CERT_NOT_YET_VALID', "the broker's certificate is not valid yet: is this clock right?"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the broker's certificate is for another host name"],
  ...[
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_UNTRUSTED',
    'CERT_SIGNATURE_FAILURE',
  ].map((code) => [code, "the broker's certificate is not signed by a CA that we know: set mqtt.ca_file"] as const),
  ['CERT_REVOKED', "the broker's certificate was revoked"],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'the broker wants a client certificate: set mqtt.cert_file and mqtt.key_file',
  ],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'the broker ended the handshake: does it want a client certificate?'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'the broker does not know the CA of our certificate'],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'our key does not belong to our certificate'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'a certificate or key file is not in PEM form'],
]);
