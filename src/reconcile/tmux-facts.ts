import { isoTime } from '../iso-time.ts';
import type { Row, Value } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import type { Present } from './identity.ts';
import type { SessionFacts } from './types.ts';

type Values = { readonly [key: string]: Value };

/** Everything that a row records about its tmux session, as it is now. A session just created may not have executed its agent yet. */
export const tmuxFacts = (server: Present, session: Session, facts: SessionFacts | undefined): Values => ({
  ...birthFacts(session),
  'pane.pid': session.panes[0]?.pid ?? 0,
  ...(facts?.cwd ? { 'pane.cwd': facts.cwd } : {}),
  ...identityFacts(server, session),
  child_pid: agentPid(facts) ?? 0,
});

/** Facts that the row lacks; filled in only along with a repair of that row. */
export function missingFacts(row: Row, server: Present, session: Session, facts: SessionFacts | undefined): Values {
  const pid = agentPid(facts);
  const identified = row.sessionId !== null && row.serverStarted !== null && row.socket !== null;
  return {
    ...(identified ? {} : { ...corrections(row, session), ...identityFacts(server, session) }),
    ...(pid !== null && row.childPid !== pid ? { child_pid: pid } : {}),
  };
}

/** Identity is exact from now on, and what other tools noted down of a session's birth and pane may be a little off. */
function corrections({ epoch, pane }: Row, session: Session): Values {
  const isOtherPane = pane.pid !== null && !session.panes.some(({ pid }) => pid === pane.pid);
  return {
    ...(epoch === session.created ? {} : birthFacts(session)),
    ...(isOtherPane ? { 'pane.pid': session.panes[0]?.pid ?? 0 } : {}),
  };
}

const birthFacts = (session: Session): Values => ({
  tmux_session_created_at: isoTime(session.created),
  tmux_session_epoch: session.created,
});

const identityFacts = (server: Present, session: Session): Values => ({
  tmux_socket: server.address.socket,
  tmux_session_id: session.id,
  tmux_server_started: server.started,
});

const agentPid = (facts: SessionFacts | undefined): number | null =>
  facts && typeof facts.process === 'object' && facts.process ? facts.process.pid : null;
