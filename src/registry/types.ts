import type { Node } from './tree.ts';

/** A conversation id as a row records it: who said so, when (ISO, UTC), and where the transcript is. */
export interface Conversation {
  readonly id: string;
  readonly source: ConversationSource;
  readonly observedAt: string | null;
  readonly transcript: string | null;
}

/** From strong to weak in this order; `null` in a row that other tools wrote. */
export type ConversationSource = 'hook' | 'process' | 'chosen' | 'argv' | 'guess';

export type TerminationReason = 'closed' | 'lost' | 'job-completed' | 'job-error' | 'deleted';

/** Where a row stands in the registry text. Offsets are UTF-16 indices into `Registry.text`, end exclusive. */
export interface RowPlace {
  readonly start: number;
  readonly end: number;
  /** 1-based line of the row's first character. */
  readonly line: number;
}

/**
 * One readable row of `tmux_sessions`, decoded once. A fact that the row does not record is `null`.
 * Strings are the text as written (`'09'`, `1e5` and dates stay strings), never a number in disguise.
 */
export interface Row {
  /** Position in `tmux_sessions`, 0-based, malformed rows counted. */
  readonly index: number;
  readonly place: RowPlace;
  readonly name: string;
  /** As written: `running`, `terminated`, `archived`, or whatever other tools put there; '' when missing. */
  readonly status: string;
  /** `tmux_server` as written; `default` when missing. */
  readonly server: string;
  /** `tmux_socket`: absolute path. */
  readonly socket: string | null;
  /** `tmux_session_id`: `$3`. */
  readonly sessionId: string | null;
  /** `tmux_server_started`: epoch seconds. */
  readonly serverStarted: number | null;
  /** `tmux_session_epoch`: epoch seconds. */
  readonly epoch: number | null;
  readonly pane: {
    readonly pid: number | null;
    readonly cmd: string | null;
    readonly cmdFull: string | null;
    readonly cwd: string | null;
  };
  /** `child_pid`; 0 (unknown) reads as null. */
  readonly childPid: number | null;
  /** `agent` as written. Use `agentOf` (agents/) for the rule "agent, else the name's suffix, else pane.cmd". */
  readonly agent: string | null;
  readonly jobId: string | null;
  /** `claude_session_id_own`, `agy_conversation_id_own`, … : every scalar key that ends in `_session_id_own` or `_conversation_id_own` and is not null. */
  readonly ownIds: Readonly<Record<string, string>>;
  readonly conversation: Conversation | null;
  /** `terminated_at_epoch`: epoch seconds. */
  readonly terminatedAt: number | null;
  readonly terminationMode: string | null;
  readonly terminationReason: string | null;
  readonly startCommand: string | null;
  readonly attachCommand: string | null;
  readonly killCommand: string | null;
}

/** A row that cannot be read (no name, wrong types): drift H `unreadable-row`; never edited. */
export interface UnreadableRow {
  readonly index: number;
  readonly line: number;
  readonly name: string | null;
  /** In words, with the key: "`name` is missing". */
  readonly reason: string;
}

/** `agent_identities.<agent>`: the id last known of an agent, whatever its key (`session_id`, `conversation_id`). */
export interface Identity {
  readonly agent: string;
  readonly id: string;
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A row to append: keys in writing order. */
export type NewRow = { readonly [key: string]: Value };

/**
 * What the plan asks of the file. `path` is a key or a key inside a map of the row: `['status']`, `['pane', 'pid']`.
 * A missing key is inserted after the key `after` of the same map, else at the map's end. A map value replaces the whole
 * map, key by key: keys that it does not name are removed.
 */
export type Edit =
  | {
      readonly kind: 'set';
      readonly row: Row;
      readonly path: readonly string[];
      readonly value: Value;
      readonly after?: string;
    }
  | { readonly kind: 'remove'; readonly row: Row; readonly path: readonly string[] }
  | { readonly kind: 'append'; readonly value: NewRow };

/** What tells one state of a file from another; taken from the descriptor that was read. Times in nanoseconds. */
export interface FileStamp {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Where a block list of rows takes another one. */
export interface ListPlace {
  /** Column of the dashes. */
  readonly indent: number;
  /** Offset at which a new row goes: behind the last row and the comments that belong to it. */
  readonly end: number;
  /** The last row, whose style a new one follows. */
  readonly last: RowPlace;
}

/** The registry as read: one type for both readers (strict scanner, `yaml`). */
export interface Registry {
  /** Path as given; messages and locks use it. */
  readonly path: string;
  readonly text: string;
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  readonly identities: readonly Identity[];
  /** Null when there is no row yet, or the rows stand in a flow list (`[…]`). */
  readonly list: ListPlace | null;
  /** What `yaml` read; null when the scanner read the file, each of whose rows can be read again alone. */
  readonly tree: Node | null;
  /** The state of the file whose bytes `text` holds; null for a text that came from no file. */
  readonly stamp: FileStamp | null;
}
