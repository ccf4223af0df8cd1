import { isoTime } from '../iso-time.ts';
import type { Outcome } from '../pipeline/run.ts';
import { attachCommand } from '../reconcile/new-row.ts';
import { byAttention } from '../sessions/attention.ts';
import type { SessionStatus } from '../sessions/status.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { stateText } from './state-text.ts';

/** The JSON of `status`; new keys only add. `hidden`: sessions left out as history. */
export function statusJson(
  statuses: readonly SessionStatus[],
  hidden: number,
  outcome: Outcome,
  addressOf: (status: SessionStatus) => ServerAddress | null,
  now: number,
) {
  return {
    format_version: '1.0',
    timestamp: isoTime(now),
    yaml_path: outcome.registryPath,
    tmux_confirmed: outcome.servers.every(({ state }) => state !== 'unknown'),
    servers: outcome.servers.map((server) => ({
      server: server.address.label,
      state: server.state,
      reason: server.state === 'present' ? null : server.reason,
    })),
    sessions: byAttention(statuses).map((status) => session(status, addressOf(status), now)),
    hidden,
  };
}

function session(status: SessionStatus, address: ServerAddress | null, now: number) {
  const { row, since } = status;
  return {
    name: status.name,
    server: status.server,
    agent: status.agent,
    state: stateText(status),
    session_state: status.state,
    detail: status.detail,
    job: status.job,
    conversation: status.conversation,
    cwd: status.cwd,
    since: since === null ? null : isoTime(since),
    age_seconds: since === null ? null : Math.max(0, now - since),
    tmux_session_id: status.sessionId,
    termination_reason: row?.terminationReason ?? null,
    attach_command:
      status.sessionId === null ? null : (row?.attachCommand ?? (address && attachCommand(address, status.name))),
  };
}
