/**
 * The one question that a server is asked: who it is, its sessions, its panes, its `@drift` options, chained in one client call.
 * Free text stands last on a line and no line after the first option line counts, so that no value can pose as a session.
 * tmux prints session names and start commands without line breaks (facts: it stores or escapes them).
 */
export const OPTIONS = [
  '@drift_count',
  '@drift_status',
  '@drift_error',
  '@drift-registry',
  '@drift-agents',
  '@drift-repair',
  '@drift-status-format',
  '@drift-mqtt-url',
  '@drift-on-job-end',
] as const;

export type OptionName = (typeof OPTIONS)[number];

/** tmux arguments after the server's address. `-u`: without it a client outside a UTF-8 locale prints `_` for every other character. */
export const QUERY: readonly string[] = [
  ...['display-message', '-p', 'S #{pid} #{start_time}', ';'],
  ...['list-sessions', '-F', 'L #{session_id} #{session_created} #{session_name}', ';'],
  ...[
    'list-panes',
    '-a',
    '-F',
    'P #{session_id} #{pane_id} #{pane_pid} #{pane_dead} #{window_active}#{pane_active} #{pane_start_command}',
  ],
  ...OPTIONS.flatMap((name) => [';', 'display-message', '-p', `O ${name} #{${name}}`]),
];
