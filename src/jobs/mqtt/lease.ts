/**
 * The lease: one drain or subscriber at a time talks to the broker under our client id, because a broker drops the older of two
 * connections with one id, and two that come back again and again kick each other for ever.
 *
 * It only keeps order; what must not be lost is guarded by the registry's lock and by acknowledgements. So it may err: a holder that was
 * stopped for longer than `STALE_MS` loses it and is told. A holder that was killed leaves it behind, but also its pid, which lets others
 * see that nobody is at home, and not wait so long.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { part } from '../../parts.ts';

export interface Lease {
  release(): Promise<void>;
}

/** Who holds the lease: a drain ends soon, a subscriber when it is told to. */
export type HolderKind = 'drain' | 'subscriber' | 'doctor';

export interface Holder {
  readonly pid: number;
  readonly kind: HolderKind;
}

/** A registry's write may take seconds, and the lease is not kept fresh meanwhile. */
const STALE_MS = 60_000;
const UPDATE_MS = 10_000;
/** The least that proper-lockfile allows. */
const DEAD_STALE_MS = 2000;

export const leasePath = (stateDir: string): string => join(stateDir, 'mqtt.lease');
const holderPath = (stateDir: string): string => join(stateDir, 'mqtt.holder');

/** Takes the lease; null when another process holds it. `lost` is called when it was taken away from us. */
export async function takeLease(stateDir: string, kind: HolderKind, lost: () => void): Promise<Lease | null> {
  const release = await tryLock(stateDir, lost);
  if (!release) return null;
  writeFileSync(holderPath(stateDir), `${process.pid} ${kind}\n`, { mode: 0o600 });
  return {
    async release() {
      try {
        await release();
      } catch (error) {
        // Taken away from us meanwhile.
        if (errnoOf(error) !== 'ERELEASED') throw error;
      }
    },
  };
}

/** Who has the lease, or had it last; null when nobody knows. */
export function leaseHolder(stateDir: string): Holder | null {
  const text = readIfThere(holderPath(stateDir));
  const [, pid, kind] = /^([1-9]\d*) (drain|subscriber|doctor)\n$/.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), kind: kind as HolderKind };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

async function tryLock(stateDir: string, lost: () => void): Promise<(() => Promise<void>) | null> {
  const dead = !isAlive(leaseHolder(stateDir));
  // A dead holder's lease is taken over as soon as it is old enough to be sure that it is not a new holder's.
  const retries = dead ? { retries: 15, factor: 1, minTimeout: 200, maxTimeout: 200 } : 0;
  const stale = dead ? DEAD_STALE_MS : STALE_MS;
  try {
    return await part('lockfile').lock(join(stateDir, 'mqtt'), {
      lockfilePath: leasePath(stateDir),
      realpath: false,
      stale,
      update: dead ? DEAD_STALE_MS / 2 : UPDATE_MS,
      retries,
      onCompromised: lost,
    });
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED') return null;
    throw error;
  }
}

/** In doubt alive: then only the lease's age counts. */
function isAlive(holder: Holder | null): boolean {
  if (holder === null) return true;
  try {
    return process.kill(holder.pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
