import type { Row } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { type Claims, grantedEvidence } from './claims.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import { isSession, type Present, serverOf } from './identity.ts';
import { freshFacts, runsAgent } from './replaced.ts';
import { sessionKey, type Drift, type World } from './types.ts';

/** Keys that a row loses when its session is back. */
export const TERMINATION_FIELDS = { terminated_at: undefined, terminated_at_epoch: undefined, termination_mode: undefined, termination_reason: undefined };

/**
 * E `revived` and `still-alive`: a terminated row and a session that no active row is about. Archived rows are never revived.
 * Of several terminated rows with one name only the last one in the file is looked at: the others are history.
 */
export function revived(row: Row, sessionsOf: (server: Present) => readonly Session[], claims: Claims, world: World): Drift | null {
  const server = serverOf(row, world);
  if (server?.state !== 'present') return null;
  const free = sessionsOf(server);
  const { label } = server.address;
  const itself = free.find((session) => isSession(row, server, session) && (row.sessionId !== null || bornBeforeEnd(row, session)));
  if (itself) return drift(['E', 'still-alive'], row.name, label, `terminated, but its session ${itself.id} lives on ${label}`);

  const heir = free.find(({ name }) => name === row.name);
  if (!heir) return null;
  const key = sessionKey(server.address.socket, heir.id);
  const facts = world.sessions.get(key);
  const agent = world.agentOf(row);
  if (!facts || runsAgent(agent, facts) !== true || bornBeforeEnd(row, heir)) {
    return drift(['E', 'still-alive'], row.name, label, `terminated; a session of its name (${heir.id}) lives on ${label} without its agent`);
  }
  return drift(['E', 'revived'], row.name, label, `a new session of its name (${heir.id}) runs ${agent}`, {
    action: actionText('revived', row.name, label),
    edits: rowEdits(row, {
      status: 'running',
      ...freshFacts(server, heir, facts, agent === null ? undefined : world.agents.get(agent), grantedEvidence(claims, key)),
      ...TERMINATION_FIELDS,
    }),
  });
}

/** A session born in the second in which the row ended, or later, is another one than the row's. */
const bornBeforeEnd = (row: Row, session: Session): boolean => session.created < (row.terminatedAt ?? row.epoch ?? 0);
