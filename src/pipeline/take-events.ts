import { basename } from 'node:path';
import type { ServerObservation } from '../tmux/types.ts';
import type { Outcome } from './run.ts';
import type { SpooledEvent } from './spool.ts';

/** When a server goes down all its sessions report within a few milliseconds, each by a process of its own. */
const SETTLE_MS = 50;

/** Kept at most for later: where nothing is repaired, events would pile up. */
const MOST_KEPT = 1000;

/**
 * The events of the servers that were asked, read after they answered. A lone report of a last session waits for others:
 * whether it was closed or went down with its server is told by whether it is the only one.
 */
export function takeEvents(
  spooled: () => readonly SpooledEvent[],
  servers: readonly ServerObservation[],
): readonly SpooledEvent[] {
  const asked = new Set(servers.map(({ address }) => address.socket));
  const read = () => spooled().filter(({ socket }) => asked.has(socket));
  const events = read();
  const lone = servers.some(({ state, address }) => {
    const last = events.filter(
      (event) =>
        event.kind === 'tmux' && event.socket === address.socket && event.hook === 'session-closed' && event.noneLeft,
    );
    return state === 'absent' && last.length === 1;
  });
  if (!lone) return events;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
  return read();
}

/**
 * Events that have done their work. The others are evidence for a later run: their server could not be asked, or nothing may be repaired.
 * One that came after tmux was asked (it is not among those that were `waiting` then) may be about something that the answer does
 * not show yet: it stays, or its wake-up would be lost.
 */
export function handledEvents(
  events: readonly SpooledEvent[],
  { servers, drifts, repaired, waiting }: Pick<Outcome, 'servers' | 'drifts' | 'repaired' | 'waiting'>,
): readonly SpooledEvent[] {
  const unknown = new Set(servers.flatMap(({ state, address }) => (state === 'unknown' ? [address.socket] : [])));
  const unrepaired = !repaired && drifts.some(({ edits }) => edits.length > 0);
  const kept = events.filter(({ socket }) => unrepaired || unknown.has(socket)).slice(-MOST_KEPT);
  return events.filter((event) => waiting.has(basename(event.file)) && !kept.includes(event));
}

/** For the journal: the hooks that started the run, where the caller does not say. */
export function whoOf(who: string, events: readonly SpooledEvent[]): string {
  const hooks = new Set(events.map((event) => (event.kind === 'tmux' ? event.hook : `hook ${event.agent}`)));
  return who === 'event' && hooks.size > 0 ? [...hooks].join(', ') : who;
}
