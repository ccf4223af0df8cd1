import { agentOf } from '../../src/agents/agent-of.ts';
import type { AgentProcess, Evidence } from '../../src/agents/types.ts';
import {
  type AgentTraits,
  type RegistryView,
  type SessionFacts,
  sessionKey,
  type World,
} from '../../src/reconcile/types.ts';
import type { Identity, Row } from '../../src/registry/types.ts';
import type { ServerObservation, Session } from '../../src/tmux/types.ts';

export const NOW = 1_800_000_000;
/** Start of the server's life in every builder. */
export const STARTED = NOW - 10_000;
export const SOCKET = '/tmp/tmux-1000/default';

/** A running claude row of the default server as other tools write it: no socket, no session id. */
export const row = (overrides: Partial<Row> = {}): Row => ({
  index: 0,
  place: { start: 0, end: 0, line: 2 },
  name: 'api-creator-claude',
  status: 'running',
  server: 'default',
  socket: null,
  sessionId: null,
  serverStarted: null,
  epoch: NOW - 5000,
  pane: { pid: 4242, cmd: 'claude', cmdFull: 'claude', cwd: '/home/u/api' },
  childPid: null,
  agent: null,
  jobId: null,
  ownIds: {},
  conversation: null,
  terminatedAt: null,
  terminationMode: null,
  terminationReason: null,
  startCommand: null,
  attachCommand: null,
  killCommand: null,
  ...overrides,
});

/** The same row with the identity that we record. */
export const ourRow = (overrides: Partial<Row> = {}): Row =>
  row({ socket: SOCKET, sessionId: '$1', serverStarted: STARTED, ...overrides });

export const session = (
  overrides: Partial<Session> & { readonly pid?: number; readonly startCommand?: string } = {},
): Session => {
  const { pid = 4242, startCommand = '', ...rest } = overrides;
  return {
    id: '$1',
    name: 'api-creator-claude',
    created: NOW - 5000,
    panes: [{ id: '%1', pid, dead: false, startCommand }],
    ...rest,
  };
};

const address = (label: string) => ({ label, socket: `/tmp/tmux-1000/${label}`, flags: ['-L', label] as const });

export const present = (
  sessions: readonly Session[],
  overrides: { readonly started?: number; readonly label?: string } = {},
): ServerObservation => ({
  state: 'present',
  address: address(overrides.label ?? 'default'),
  pid: 999,
  started: overrides.started ?? STARTED,
  sessions,
  options: {},
});

export const absent = (label = 'default'): ServerObservation => ({
  state: 'absent',
  address: address(label),
  reason: 'no server running',
});
export const unknown = (label = 'default'): ServerObservation => ({
  state: 'unknown',
  address: address(label),
  reason: 'Permission denied',
});

export const agentProcess = (overrides: Partial<AgentProcess> = {}): AgentProcess => ({
  pid: 4242,
  ppid: 1,
  startTicks: 1,
  startedAt: NOW - 4990,
  argv: ['claude'],
  cwd: '/home/u/api',
  exe: '/usr/bin/claude',
  agent: 'claude',
  paneId: '%1',
  panePid: 4242,
  ...overrides,
});

export const evidence = (
  id: string,
  source: Evidence['source'] = 'process',
  overrides: Partial<Evidence> = {},
): Evidence => ({
  id,
  source,
  observedAt: (NOW - 100) * 1000,
  transcript: null,
  ...overrides,
});

export const facts = (overrides: Partial<SessionFacts> = {}): SessionFacts => ({
  agent: 'claude',
  process: agentProcess(),
  pids: [4242],
  startedAs: null,
  cwd: '/home/u/api',
  evidence: [],
  candidates: [],
  ...overrides,
});

const traits = (name: string, ownIdKey: string): AgentTraits => ({
  name,
  startCommand: name,
  ownIdKey,
  newRowFields: { [ownIdKey]: null },
  rowDefaults: {},
});

/** A world of the given servers; `sessions` are facts by session id on the default server. */
export const world = (
  servers: readonly ServerObservation[],
  sessions: Readonly<Record<string, SessionFacts>> = {},
  overrides: Partial<World> = {},
): World => ({
  now: NOW,
  servers,
  sockets: new Map([
    ['default', SOCKET],
    ['side', '/tmp/tmux-1000/side'],
  ]),
  sessions: new Map(Object.entries(sessions).map(([id, value]) => [sessionKey(SOCKET, id), value])),
  closed: [],
  agents: new Map([
    ['claude', traits('claude', 'claude_session_id_own')],
    ['agy', traits('agy', 'agy_conversation_id_own')],
  ]),
  agentOf: (of) => agentOf(of, ['claude', 'agy']),
  artifacts: new Map(),
  seen: new Set(),
  claimed: new Map(),
  ended: [],
  ...overrides,
});

export const view = (rows: readonly Row[], identities: readonly Identity[] = []): RegistryView => ({
  rows: rows.map((one, index) => ({ ...one, index })),
  unreadable: [],
  identities,
});
