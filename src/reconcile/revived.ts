import { type Claims, grantedEvidence } from './claims.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import type { EndedRow } from './ended-rows.ts';
import { freshFacts } from './replaced.ts';
import { type Drift, sessionKey, type World } from './types.ts';

/** Keys that a row loses when its session is back. */
export const TERMINATION_FIELDS = {
  terminated_at: undefined,
  terminated_at_epoch: undefined,
  termination_mode: undefined,
  termination_reason: undefined,
};

/** E `revived` and `still-alive`: a terminated row and a session that no active row is about. Archived rows are never revived. */
export function revived({ row, server, session, kind }: EndedRow, claims: Claims, world: World): Drift {
  const { label } = server.address;
  const { id } = session;
  if (kind === 'itself')
    return drift(['E', 'still-alive'], row.name, label, `terminated, but its session ${id} lives on ${label}`);
  if (kind === 'bare') {
    return drift(
      ['E', 'still-alive'],
      row.name,
      label,
      `terminated; a session of its name (${id}) lives on ${label} without its agent`,
    );
  }
  const key = sessionKey(server.address.socket, id);
  const agent = world.agentOf(row);
  const traits = agent === null ? undefined : world.agents.get(agent);
  return drift(['E', 'revived'], row.name, label, `a new session of its name (${id}) runs ${agent}`, {
    action: actionText('revived', row.name, label),
    edits: rowEdits(row, {
      status: 'running',
      ...freshFacts(server, session, world.sessions.get(key), traits, grantedEvidence(claims, key, agent)),
      ...TERMINATION_FIELDS,
    }),
  });
}
