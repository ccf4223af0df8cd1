import { join } from 'node:path';
import type { Drift } from '../reconcile/types.ts';
import { replaceFile } from '../registry/replace-file.ts';
import type { ServerObservation } from '../tmux/types.ts';
import { readStateFile } from './read-state-file.ts';

/**
 * What earlier runs left unrepaired, in `<state>/drifts.json`: an incremental run recomputes the part of its own server and carries
 * the rest. Only a memory for the count and for writing each drift into the journal once; deleting it costs one full reconcile.
 */
export interface Carried {
  /** By socket path: keys of the drifts left on that server. */
  readonly servers: { readonly [socket: string]: readonly string[] };
  /** Drifts that belong to no server. */
  readonly elsewhere: readonly string[];
  /** Sockets of servers that were unknown when last asked. */
  readonly unknown: readonly string[];
}

const NOTHING: Carried = { servers: {}, elsewhere: [], unknown: [] };

export const carriedPath = (stateDir: string): string => join(stateDir, 'drifts.json');

/** What the last run left; nothing when there is no such file or it is not ours to read. */
export function readCarried(stateDir: string): Carried {
  const text = readStateFile(carriedPath(stateDir));
  if (text === null) return NOTHING;
  try {
    const value: unknown = JSON.parse(text);
    return isCarried(value) ? value : NOTHING;
  } catch (error) {
    if (error instanceof SyntaxError) return NOTHING;
    throw error;
  }
}

/** What is left after a run: its own servers' part anew, the rest from `before`. */
export function carry(
  before: Carried,
  drifts: readonly Drift[],
  servers: readonly ServerObservation[],
  scope: 'all' | 'one',
  repaired: boolean,
): Carried {
  const left = drifts.filter(({ edits }) => edits.length === 0 || !repaired);
  const asked = new Set(servers.map(({ address }) => address.socket));
  const known = servers.filter(({ state }) => state !== 'unknown');
  const own = known.map(
    ({ address }) => [address.socket, left.filter(({ server }) => server === address.label).map(driftKey)] as const,
  );
  const others = scope === 'all' ? {} : before.servers;
  // A server that could not be asked keeps what was last known of it.
  const unasked = servers.flatMap(({ address: { socket } }) =>
    before.servers[socket] ? [[socket, before.servers[socket]] as const] : [],
  );
  return {
    servers: withoutEmpty({ ...others, ...Object.fromEntries(unasked), ...Object.fromEntries(own) }),
    elsewhere: scope === 'all' ? left.filter(({ server }) => server === null).map(driftKey) : before.elsewhere,
    unknown: [
      ...(scope === 'all' ? [] : before.unknown.filter((socket) => !asked.has(socket))),
      ...servers.flatMap(({ state, address }) => (state === 'unknown' ? [address.socket] : [])),
    ],
  };
}

/** Writes the memory down when it differs from what is there. */
export function rememberDrifts(stateDir: string, before: Carried, after: Carried): void {
  const text = `${JSON.stringify(after)}\n`;
  if (text !== `${JSON.stringify(before)}\n`) replaceFile(carriedPath(stateDir), Buffer.from(text), { locked: true });
}

export const driftKey = ({ class: cls, kind, name, server }: Drift): string =>
  `${cls} ${kind} ${server ?? '-'} ${name}`;

/** Was this drift left by an earlier run already? */
export const wasLeft = (before: Carried, drift: Drift): boolean => {
  const key = driftKey(drift);
  return before.elsewhere.includes(key) || Object.values(before.servers).some((keys) => keys.includes(key));
};

const withoutEmpty = (servers: Carried['servers']): Carried['servers'] =>
  Object.fromEntries(Object.entries(servers).filter(([, keys]) => keys.length > 0));

/** Number that a server shows: its own drifts and those that belong to none. */
export const countOf = (carried: Carried, socket: string): number =>
  (carried.servers[socket]?.length ?? 0) + carried.elsewhere.length;

const isCarried = (value: unknown): value is Carried =>
  typeof value === 'object' &&
  value !== null &&
  'servers' in value &&
  typeof value.servers === 'object' &&
  value.servers !== null &&
  Object.values(value.servers).every(isStrings) &&
  'elsewhere' in value &&
  isStrings(value.elsewhere) &&
  'unknown' in value &&
  isStrings(value.unknown);

const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');
