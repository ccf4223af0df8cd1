import type { AgentProcess, ArtifactState, Evidence } from '../agents/types.ts';
import type { Edit, Identity, Row, UnreadableRow } from '../registry/types.ts';
import type { ServerObservation } from '../tmux/types.ts';

export type DriftClass = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H';

export type DriftKind =
  | 'gone' | 'unregistered' | 'conversation' | 'stale-identity' | 'revived' | 'still-alive'
  | 'replaced' | 'renamed' | 'agent-exited' | 'unreadable-row' | 'duplicate-row';

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
  /** The agent process under its panes; null: none; `unknown`: the process table could not be read. */
  readonly process: AgentProcess | null | 'unknown';
  /** Agent named by `#{pane_start_command}` of one of its panes. */
  readonly startedAs: string | null;
  readonly cwd: string | null;
  /** Strongest first. */
  readonly evidence: readonly Evidence[];
  readonly candidates: readonly Evidence[];
}

/** A tmux event that was spooled: evidence about how a session ended. */
export interface ClosedSession {
  readonly socket: string;
  readonly serverPid: number;
  readonly serverStarted: number;
  readonly sessionId: string;
  /** No session was left on the server when the hook ran (its last one, or the whole server going down). */
  readonly noneLeft: boolean;
}

/** Everything that `detect` may look at: plain data, gathered under the lock. */
export interface World {
  /** Epoch seconds. */
  readonly now: number;
  readonly servers: readonly ServerObservation[];
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  readonly closed: readonly ClosedSession[];
  /** Key: `artifactKey(agent, id)`. */
  readonly artifacts: ReadonlyMap<string, ArtifactState>;
}

export interface RegistryView {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
}
