import type { AgentProcess, ArtifactState, Evidence } from '../agents/types.ts';
import type { Edit, Identity, Row, UnreadableRow, Value } from '../registry/types.ts';
import type { ServerObservation } from '../tmux/types.ts';

export const DRIFT_CLASSES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
export type DriftClass = (typeof DRIFT_CLASSES)[number];

export type DriftKind =
  | 'gone'
  | 'unregistered'
  | 'conversation'
  | 'stale-identity'
  | 'revived'
  | 'still-alive'
  | 'replaced'
  | 'renamed'
  | 'agent-exited'
  | 'unreadable-row'
  | 'duplicate-row';

/** One difference between registry, tmux and the agents' files, with what would repair it. */
export interface Drift {
  readonly class: DriftClass;
  readonly kind: DriftKind;
  readonly name: string;
  /** Label of the server; null for what belongs to no server (identity cache, unreadable rows). */
  readonly server: string | null;
  readonly msg: string;
  /** Empty: report only. */
  readonly edits: readonly Edit[];
  /** What the report calls the repair: `terminated: …`; null for report only. */
  readonly action: string | null;
}

/** What is true of one live session beyond tmux's own listing; key: `sessionKey`. */
export interface SessionFacts {
  /** The agent that the session's name or the user's patterns name, or that announced itself; null: no agent's session. */
  readonly agent: string | null;
  /** The agent process under its panes; null: none; `unknown`: the process table could not be read. */
  readonly process: AgentProcess | null | 'unknown';
  /** Every process id under its panes, the panes' own included. */
  readonly pids: readonly number[];
  /** Agent named by `#{pane_start_command}` of one of its panes. */
  readonly startedAs: string | null;
  readonly cwd: string | null;
  /** Statements of the agent itself about its conversation, strongest first. */
  readonly evidence: readonly Evidence[];
  /** Conversations that only the folder speaks for: the last rung, `guess`. */
  readonly candidates: readonly Evidence[];
}

/** A `session-closed` event that was spooled: evidence of how a session ended. */
export interface ClosedSession {
  readonly socket: string;
  readonly serverStarted: number;
  readonly sessionId: string;
  /** No session was left when the hook ran: it was the last one, or the whole server went down. */
  readonly noneLeft: boolean;
}

/** What the core needs to know of an agent: plain data of its adapter. */
export interface AgentTraits {
  readonly name: string;
  readonly startCommand: string;
  /** The row's key that mirrors the conversation id; null: none. */
  readonly ownIdKey: string | null;
  /** The agent's own keys of a new row, in order, and what the user adds (`row_defaults`). */
  readonly newRowFields: { readonly [key: string]: Value };
  readonly rowDefaults: { readonly [key: string]: Value };
}

/** Everything that `detect` may look at: plain data, gathered under the lock. */
export interface World {
  /** Epoch seconds. */
  readonly now: number;
  readonly servers: readonly ServerObservation[];
  /** Socket path of every server label that a row uses. */
  readonly sockets: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  readonly closed: readonly ClosedSession[];
  readonly agents: ReadonlyMap<string, AgentTraits>;
  /** The agent of a row: `agent`, else the name's suffix, else `pane.cmd`. */
  readonly agentOf: (row: Row) => string | null;
  /** Key: `artifactKey`. */
  readonly artifacts: ReadonlyMap<string, ArtifactState>;
  /** Keys of artifacts that an earlier run saw on disk. */
  readonly seen: ReadonlySet<string>;
  /** Ids among the candidates that the registry names already, and where: offsets in its text. */
  readonly claimed: ReadonlyMap<string, readonly number[]>;
  /** Where there are candidates: all terminated and archived rows, whose agents may have written what is guessed at. */
  readonly ended: readonly Row[];
}

/** The part of the registry that a scope is about: all rows, or the active ones and those that share a name or id with a live session. */
export interface RegistryView {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
}

export const sessionKey = (socket: string, sessionId: string): string => `${socket} ${sessionId}`;
export const artifactKey = (agent: string, id: string): string => `${agent} ${id}`;
