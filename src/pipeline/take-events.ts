import type { ServerObservation } from '../tmux/types.ts';
import type { Outcome } from './run.ts';
import type { SpooledEvent } from './spool.ts';

/** When a server goes down all its sessions report within a few milliseconds, each by a process of its own. */
const SETTLE_MS = 50;

/** Of files with events that are kept for later: where nothing is repaired, they would pile up. */
const MOST_KEPT = 100;

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
 * The files whose events have done their work, of those that were taken before tmux was asked: a later event may be about something that
 * the answer does not show yet. The other files are evidence for a later run: their server could not be asked, or nothing may be repaired.
 */
export function handledFiles(
  events: readonly SpooledEvent[],
  { servers, drifts, repaired, taken }: Pick<Outcome, 'servers' | 'drifts' | 'repaired' | 'taken'>,
): ReadonlySet<string> {
  const unknown = new Set(servers.flatMap(({ state, address }) => (state === 'unknown' ? [address.socket] : [])));
  const unrepaired = !repaired && drifts.some(({ edits }) => edits.length > 0);
  const isEvidence = ({ kind, socket }: SpooledEvent) => kind !== 'asked' && (unrepaired || unknown.has(socket));
  const kept = [...new Set(events.filter(isEvidence).map(({ file }) => file))].slice(-MOST_KEPT);
  const asked = new Set(servers.map(({ address }) => address.socket));
  const handled = taken.filter(({ file, socket }) => asked.has(socket) && !kept.includes(file));
  return new Set(handled.map(({ file }) => file));
}

/** For the journal: the hooks that started the run, where the caller does not say. */
export function whoOf(who: string, events: readonly SpooledEvent[]): string {
  const hooks = new Set(
    events.flatMap((event) =>
      event.kind === 'tmux' ? event.hook : event.kind === 'agent-hook' ? `hook ${event.agent}` : [],
    ),
  );
  return who === 'event' && hooks.size > 0 ? [...hooks].join(', ') : who;
}
