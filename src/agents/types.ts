import type { ConversationSource, Row, Value } from '../registry/types.ts';
import type { JsonObject } from './json-object.ts';

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
  /** The kernel says so now: the process holds a lock or an open file of the conversation. Of several that it holds it is in one. */
  readonly held?: true;
}

export type ArtifactState =
  | { readonly state: 'present'; readonly path: string }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown'; readonly reason: string };

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
  /** The agent's own keys of a new row, in order. */
  newRowFields(): { readonly [key: string]: Value };
  /** Is this process the agent's program, whatever it does? If it is no conversation, nothing beneath it is one of this pane. */
  isProgram(process: Process): boolean;
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
  /** Does it take its first prompt as the last argument, behind `--`? Otherwise the prompt is pasted. */
  readonly takesPrompt: boolean;
  /** argv that resumes `id`; flags of the row's own start command kept. */
  resume(id: string, row: Row): readonly string[];
  /** What the agent says through its own hooks; null: it has none that we know. */
  readonly hook: AgentHook | null;
}

/** What an agent told us about the pane that it runs in. */
export interface HookEvent {
  readonly agent: string;
  readonly id: string;
  /** As the agent calls it: `SessionStart`, `PreInvocation`. */
  readonly event: string;
  /** `end`: the process leaves this conversation (`reason` says whether for another one or for good). */
  readonly phase: 'start' | 'active' | 'end';
  readonly transcript: string | null;
  readonly cwd: string | null;
  /** SessionStart's `source` or SessionEnd's `reason`; open sets. */
  readonly cause: string | null;
}

/** A payload that says nothing about a pane's conversation, and why: for the journal. */
export interface Ignored {
  readonly ignored: string;
}

export interface AgentHook {
  /** What the agent demands on stdout, whatever happened: Claude takes text for the model, agy refuses anything but JSON. */
  readonly reply: '' | '{}';
  /** `args`: the words after `tmux-drift hook <agent>`. */
  read(payload: JsonObject, args: readonly string[]): HookEvent | Ignored;
  /** The settings file that the hook goes into. */
  settingsFile(homes: AgentHomes): string;
  /** What the user still has to do after an installation; null: nothing. */
  readonly advice: string | null;
  /** What goes in. `run(event)` is the POSIX shell command line of one hook: `"/…/tmux-drift" hook agy PreInvocation`; '' names no event. */
  entries(run: (event: string) => string): readonly SettingsEntry[];
}

/**
 * One value of ours in an agent's JSON settings. `append`: an element of the array at `path` (made when missing);
 * `member`: the value of the last key of `path`, which is ours alone.
 */
export interface SettingsEntry {
  readonly place: 'append' | 'member';
  readonly path: readonly string[];
  readonly value: Value;
}
