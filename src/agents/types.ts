import type { ConversationSource, Row, Value } from '../registry/types.ts';

/** A live process, from one pass over the process table. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  /** Start time in a unit that only equality and order are asked of on Linux: `/proc/<pid>/stat` field 22 (clock ticks since boot). */
  readonly startTicks: number | null;
  /** Epoch seconds, from ticks and boot time; for comparison with files' mtimes. */
  readonly startedAt: number;
  readonly argv: readonly string[];
  /** Working directory, null when it cannot be read. */
  readonly cwd: string | null;
  /** Real executable path, null when it cannot be read. */
  readonly exe: string | null;
}

/** The agent process found under a session's panes. */
export interface AgentProcess extends Process {
  readonly agent: string;
  readonly paneId: string;
  readonly panePid: number;
}

/** One statement about which conversation a live agent process is in. */
export interface Evidence {
  readonly id: string;
  readonly source: ConversationSource;
  /** Epoch milliseconds of the statement (file mtime, hook time, process start); newer wins among equals. */
  readonly observedAt: number;
  readonly transcript: string | null;
}

export type ArtifactState = { readonly state: 'present'; readonly path: string } | { readonly state: 'missing' } | { readonly state: 'unknown'; readonly reason: string };

/** Where agents keep their files; resolved once per run from the environment, so that adapters stay free of `process.env`. */
export interface AgentHomes {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What one agent is: recognise, start, evidence, artifact, resume, hook. One file per agent, one line in `agents/index.ts`. */
export interface Adapter {
  readonly name: string;
  /** The key in a row that mirrors the conversation id: `claude_session_id_own`. Null for agents without one. */
  readonly ownIdKey: string | null;
  /** `pane.cmd_full` of a row that we register or create: `agy --dangerously-skip-permissions`. */
  readonly startCommand: string;
  /** The agent's own keys of a new row, in order (contract §2). */
  newRowFields(): { readonly [key: string]: Value };
  /** Is this process an interactive conversation of this agent? Sees through wrappers; no substring matching. */
  recognises(process: Process): boolean;
  /** Does this argv (a pane's start command, split) start this agent? */
  startedBy(argv: readonly string[]): boolean;
  /** What the agent's own live records and argv say, strongest first; never a guess. */
  evidence(process: AgentProcess, homes: AgentHomes): readonly Evidence[];
  /** Conversations on disk that this process may be in, judged by its cwd alone, written after it started. */
  candidates(process: AgentProcess, homes: AgentHomes): readonly Evidence[];
  /** Is the conversation's artifact on disk? `cwd` narrows the search where the agent keys by folder. */
  artifact(id: string, cwd: string | null, homes: AgentHomes): ArtifactState;
  /** argv that starts a new conversation; `id` is ours to choose where `choosesId`. */
  start(id: string | null): readonly string[];
  readonly choosesId: boolean;
  /** argv that resumes `id`; flags of the row's own start command kept. */
  resume(id: string, row: Row): readonly string[];
}
