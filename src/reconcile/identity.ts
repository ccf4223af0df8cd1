import type { Row } from '../registry/types.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';
import type { World } from './types.ts';

export type Present = Extract<ServerObservation, { state: 'present' }>;

/** How far the creation times of a session may lie apart in rows that other tools wrote. */
const EPOCH_SLACK_S = 2;

/** The observed server that a row is on; null where this run did not look. */
export function serverOf(row: Row, world: World): ServerObservation | null {
  const socket = row.socket ?? world.sockets.get(row.server);
  return world.servers.find(({ address }) => address.socket === socket) ?? null;
}

/** Was the row's session born in this very life of the server? Session ids and pane ids start again with each life. */
export function sameLife(row: Row, server: Present): boolean {
  if (isFromEarlierLife(row, server)) return false;
  if (row.serverStarted !== null) return row.serverStarted === server.started;
  return row.epoch !== null && row.epoch + EPOCH_SLACK_S >= server.started;
}

/**
 * Is this session the very one that the row is about? Identity is (socket, server start, session id, creation time).
 * A row without a session id is matched by name, and counts as another session only if creation time and pane pid both differ.
 */
export function isSession(row: Row, server: Present, session: Session): boolean {
  if (row.sessionId !== null) {
    if (row.sessionId !== session.id) return false;
    const sameBirth = row.epoch === null || row.epoch === session.created;
    const life = row.serverStarted === null ? row.epoch !== null : row.serverStarted === server.started;
    return life && sameBirth && !isFromEarlierLife(row, server);
  }
  if (row.name !== session.name) return false;
  const otherBirth = row.epoch !== null && Math.abs(row.epoch - session.created) > EPOCH_SLACK_S;
  const otherPane = row.pane.pid !== null && !session.panes.some(({ pid }) => pid === row.pane.pid);
  return !(otherBirth && otherPane);
}

/**
 * Times are whole seconds, so a server that is killed and started again within one second looks like the same life of it, ids and all. That
 * is possible only for a session as old as its server, and then pids tell: a pane is forked by its server, so one with a smaller pid
 * is an earlier server's. Unless it lives, and pids have started again from below in that second.
 */
function isFromEarlierLife({ epoch, pane: { pid } }: Row, server: Present): boolean {
  if (epoch !== server.started || pid === null || pid > server.pid) return false;
  return !server.sessions.some(({ panes }) => panes.some((pane) => pane.pid === pid));
}
