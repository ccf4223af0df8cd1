import type { Evidence } from '../agents/types.ts';
import { isoMillis, isoTime } from '../iso-time.ts';
import type { NewRow, Value } from '../registry/types.ts';
import { inDoubleQuotes } from '../render/shell-quote.ts';
import type { ServerAddress, ServerObservation, Session } from '../tmux/types.ts';
import type { AgentTraits, SessionFacts } from './types.ts';

type Present = Extract<ServerObservation, { state: 'present' }>;

/** What a new row is made of. */
export interface NewRowFacts {
  readonly session: Session;
  readonly server: Present;
  readonly agent: AgentTraits;
  readonly facts: SessionFacts;
  /** The conversation that the session may claim. */
  readonly evidence: Evidence | null;
}

/** The row of a live session that nobody registered, keys in the order of docs/registry.md. */
export function newRow({ session, server, agent, facts, evidence }: NewRowFacts): NewRow {
  const { name } = session;
  const cwd = facts.cwd ?? '';
  return {
    name,
    status: 'running',
    tmux_session_created_at: isoTime(session.created),
    tmux_session_epoch: session.created,
    tmux_server: server.address.label,
    pane: { index: 0, pid: session.panes[0]?.pid ?? 0, cmd: agent.name, cmd_full: agent.startCommand, cwd },
    start_command: startCommand(server.address, name, cwd, agent.startCommand),
    attach_command: attachCommand(server.address, name),
    kill_command: killCommand(server.address, name),
    last_visible_status: 'auto-registered by monitor',
    ...agent.newRowFields,
    ...(agent.ownIdKey && evidence ? { [agent.ownIdKey]: evidence.id } : {}),
    ...(name.endsWith(`-${agent.name}`) ? {} : { agent: agent.name }),
    tmux_socket: server.address.socket,
    tmux_session_id: session.id,
    tmux_server_started: server.started,
    ...(typeof facts.process === 'object' && facts.process ? { child_pid: facts.process.pid } : {}),
    ...(evidence ? { conversation: conversationValue(evidence) } : {}),
    ...agent.rowDefaults,
  };
}

export const conversationValue = (evidence: Evidence): Value => ({
  id: evidence.id,
  source: evidence.source,
  // To the millisecond: an agent may go to another conversation within a second, and of two equals the newer wins.
  observed_at: isoMillis(evidence.observedAt),
  transcript: evidence.transcript,
});

export const startCommand = (address: ServerAddress, name: string, cwd: string, command: string): string =>
  `tmux ${serverFlag(address)}new-session -d -s ${inDoubleQuotes(name)} -x 140 -y 40 -c ${inDoubleQuotes(cwd)} ${inDoubleQuotes(command)}`;

export const attachCommand = (address: ServerAddress, name: string): string =>
  `tmux ${serverFlag(address)}attach -t ${inDoubleQuotes(`=${name}`)}`;

export const killCommand = (address: ServerAddress, name: string): string =>
  `tmux ${serverFlag(address)}kill-session -t ${inDoubleQuotes(`=${name}`)}`;

const serverFlag = ({ label, flags }: ServerAddress): string =>
  label === 'default' ? '' : `${flags[0]} ${/^[\w./-]+$/.test(flags[1]) ? flags[1] : inDoubleQuotes(flags[1])} `;
