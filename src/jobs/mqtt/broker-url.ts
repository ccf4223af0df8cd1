import { UserError } from '../../errors.ts';
import { printable } from '../../render/printable.ts';

const PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;
export type BrokerProtocol = keyof typeof PORTS;

/** A broker's address without its secrets, and what of them stood in the URL. */
export interface BrokerAddress {
  readonly protocol: BrokerProtocol;
  readonly host: string;
  readonly port: number;
  /** For WebSockets. */
  readonly path: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** Reads `mqtt://`, `mqtts://`, `ws://` and `wss://`. Throws `UserError` `bad-broker-url`, never with the text itself: it may hold a password. */
export function parseBrokerUrl(text: string): BrokerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocol = url?.protocol.slice(0, -1);
  if (!url || !isProtocol(protocol) || url.hostname === '') {
    throw new UserError(
      'bad-broker-url',
      'the broker URL is not one: expected mqtt://HOST[:PORT], mqtts://…, ws://HOST[:PORT]/PATH or wss://…',
    );
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    path: `${url.pathname || '/'}${url.search}`,
    username: decoded(url.username),
    password: decoded(url.password),
  };
}

/** The address for people: no user, no password, no query, which may be a token. */
export function shownAddress({ protocol, host, port, path }: BrokerAddress): string {
  const where = `${protocol}://${host.includes(':') ? `[${host}]` : printable(host)}:${port}`;
  const below = path.replace(/\?.*/s, '');
  return protocol.startsWith('ws') && below !== '/' ? where + printable(below) : where;
}

/** Any text that is meant to be a broker's URL, fit to be shown. */
export function redactUrl(text: string): string {
  return URL.canParse(text) && isProtocol(new URL(text).protocol.slice(0, -1))
    ? shownAddress(parseBrokerUrl(text))
    : '(not a broker URL)';
}

export const isTls = ({ protocol }: Pick<BrokerAddress, 'protocol'>): boolean =>
  protocol === 'mqtts' || protocol === 'wss';

const isProtocol = (text: string | undefined): text is BrokerProtocol =>
  text !== undefined && Object.hasOwn(PORTS, text);

function decoded(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new UserError('bad-broker-url', 'the broker URL has a broken %-escape in its user or password');
  }
}
