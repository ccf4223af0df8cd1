/** A server is its socket path; `label` is what the registry and the reports call it (`default`, a `-L` name, or a path). */
export interface ServerAddress {
  readonly label: string;
  readonly socket: string;
  /** How tmux is told: `['-L', 'default']` or `['-S', '/path']`. Never an inherited `$TMUX`. */
  readonly flags: readonly [string, string];
}

export interface Pane {
  /** `%3`; unique only within one server life. */
  readonly id: string;
  readonly pid: number;
  readonly dead: boolean;
  /** `#{pane_start_command}`: tmux's own quoted form, '' when the pane runs the default shell. */
  readonly startCommand: string;
}

export interface Session {
  /** `$3`; unique only within one server life. */
  readonly id: string;
  readonly name: string;
  /** `#{session_created}`, epoch seconds. */
  readonly created: number;
  /** The active pane first; never empty. */
  readonly panes: readonly Pane[];
}

/** Exactly one of three, and `unknown` never leads to an edit. */
export type ServerObservation =
  | {
      readonly state: 'present';
      readonly address: ServerAddress;
      readonly pid: number;
      readonly started: number;
      readonly sessions: readonly Session[];
      readonly options: Readonly<Record<string, string>>;
    }
  | { readonly state: 'absent'; readonly address: ServerAddress; readonly reason: string | null }
  | { readonly state: 'unknown'; readonly address: ServerAddress; readonly reason: string };
