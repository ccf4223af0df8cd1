import type { AgentProcess } from '../../src/agents/types.ts';
import type { Row } from '../../src/registry/types.ts';

/** A pid above Linux' limit: no live process ever has it. */
export const NO_PID = 4_194_305;

/** An agent process that does not exist, for recorded layouts. */
export const agentProcess = (overrides: Partial<AgentProcess> = {}): AgentProcess => ({
  pid: NO_PID,
  ppid: 1,
  startTicks: 5000,
  startedAt: 1_790_000_000,
  argv: ['claude'],
  cwd: '/home/u/api',
  exe: null,
  agent: 'claude',
  paneId: '%0',
  panePid: NO_PID,
  ...overrides,
});

/** The parts of a row that adapters read. */
export const agentRow = (cmdFull: string | null, overrides: Partial<Row> = {}): Row => ({
  index: 0,
  place: { start: 0, end: 0, line: 1 },
  name: 'api-creator-claude',
  status: 'terminated',
  server: 'default',
  socket: null,
  sessionId: null,
  serverStarted: null,
  epoch: null,
  pane: { pid: null, cmd: null, cmdFull, cwd: null },
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
