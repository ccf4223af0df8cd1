/** The worlds that the benchmarks run in: a registry as PyYAML writes it, and what tmux answers about it. */
import { OPTION_LINES } from '../scripts/sandbox.ts';

export const SOCKET_LABEL = 'bench';

export interface BenchRow {
  readonly name: string;
  readonly status: 'running' | 'terminated';
  readonly epoch: number;
  readonly sessionId: string | null;
  readonly pid?: number;
}

/** The server of all rows; without a label the benchmarks' usual one. */
export interface BenchServer {
  readonly label?: string;
  readonly socket: string;
  readonly started: number;
}

/** A registry of `rows` rows, about 650 bytes each: the last `live` of them running, the others history. */
export function registryText(rows: number, live: readonly BenchRow[], server: BenchServer): string {
  const history = Array.from(
    { length: Math.max(0, rows - live.length) },
    (_, index): BenchRow => ({
      name: `project-${String(index).padStart(5, '0')}-creator-claude`,
      status: 'terminated',
      epoch: server.started - 100_000 + index,
      sessionId: null,
    }),
  );
  const body = [...history, ...live].map((row) => rowText(row, server)).join('');
  return `# agent sessions\ntmux_sessions:\n${body}agent_identities:\n  claude:\n    session_id: null\n`;
}

function rowText(
  { name, status, epoch, sessionId, pid = 4000 }: BenchRow,
  { label = SOCKET_LABEL, ...server }: BenchServer,
): string {
  const iso = `'${new Date(epoch * 1000).toISOString().slice(0, 19)}Z'`;
  const cwd = `/home/u/work/${name}`;
  const lines = [
    `- name: ${name}`,
    `  status: ${status}`,
    `  tmux_session_created_at: ${iso}`,
    `  tmux_session_epoch: ${epoch}`,
    `  tmux_server: ${label}`,
    '  pane:',
    '    index: 0',
    `    pid: ${pid}`,
    '    cmd: claude',
    '    cmd_full: claude',
    `    cwd: ${cwd}`,
    `  start_command: tmux -L ${label} new-session -d -s "${name}" -x 140 -y 40 -c "${cwd}" "claude"`,
    `  attach_command: tmux -L ${label} attach -t "=${name}"`,
    `  kill_command: tmux -L ${label} kill-session -t "=${name}"`,
    '  last_visible_status: auto-registered by monitor',
    '  claude_session_id_own: null',
    ...(sessionId === null
      ? []
      : [
          `  tmux_socket: ${server.socket}`,
          `  tmux_session_id: ${sessionId}`,
          `  tmux_server_started: ${server.started}`,
        ]),
    ...(status === 'terminated'
      ? [
          `  terminated_at: ${iso}`,
          `  terminated_at_epoch: ${epoch + 60}`,
          '  termination_mode: auto-detected (tmux gone)',
          '  termination_reason: lost',
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the front leaves in the spool: the event, and its mark before it asks tmux. */
export const SPOOLED = 'session-closed 4 left 77 1790000000\nasked 1\n';

/** What the front hands over: its mark, what a server with these sessions answers to `QUERY`, the exit status. */
export function answerText(
  sessions: readonly {
    readonly id: string;
    readonly created: number;
    readonly name: string;
    readonly pid: number;
    readonly startCommand?: string;
  }[],
  server: { readonly pid: number; readonly started: number },
): string {
  return [
    'asked 1',
    `S ${server.pid} ${server.started}`,
    ...sessions.map(({ id, created, name }) => `L ${id} ${created} ${name}`),
    ...sessions.map(({ id, pid, startCommand = '' }) => `P ${id} %${id.slice(1)} ${pid} 0 11 ${startCommand}`),
    ...OPTION_LINES,
    'E 0',
    '',
  ].join('\n');
}
