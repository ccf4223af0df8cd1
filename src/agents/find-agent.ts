import { EnvironmentError } from '../errors.ts';
import type { ProcessTable } from '../process/process-table.ts';
import type { Pane } from '../tmux/types.ts';
import { programOf } from './program.ts';
import type { Adapter, AgentProcess, Process } from './types.ts';

/** An agent is at most this far below its pane: shell, `npx`, `sh -c`, `node` shim, native program. */
const DEPTH = 6;
/** Processes looked at per pane; beyond it the answer is "unknown", not "none". */
const BUDGET = 512;

type PaneProcess = Pick<Pane, 'id' | 'pid' | 'dead'>;

/**
 * The agent process under a session's panes: the one of `wanted` where there are several, else the first in pane order.
 * Null: every pane was looked through and there is none. `unknown`: something could not be read.
 */
export function findAgent(
  panes: readonly PaneProcess[],
  table: ProcessTable | 'unknown',
  wanted: string | null,
  adapters: readonly Adapter[],
): AgentProcess | null | 'unknown' {
  const found = panes.filter(({ dead }) => !dead).map((pane) => searchPane(pane, table, adapters));
  const agents = found.filter((agent) => agent !== null && agent !== 'unknown');
  const best = agents.find(({ agent }) => agent === wanted);
  if (best) return best;
  // The wanted agent may be in the pane that could not be read.
  return found.includes('unknown') ? 'unknown' : (agents[0] ?? null);
}

/**
 * Process ids under the panes, theirs included: is a recorded one still there? Worth asking only when `findAgent` said null (then the
 * search went the same way to its end); under an agent with hundreds of children the list is cut. `unknown`: the table cannot be read.
 */
export function pidsUnder(
  panes: readonly PaneProcess[],
  table: ProcessTable | 'unknown',
): readonly number[] | 'unknown' {
  return ifReadable(table, (readable) =>
    panes
      .filter(({ dead }) => !dead)
      .flatMap((pane) => {
        const pids: number[] = [];
        walk(pane.pid, readable, ({ pid }) => (pids.push(pid) < BUDGET ? 'deeper' : 'enough'));
        return pids;
      }),
  );
}

const searchPane = (
  pane: PaneProcess,
  table: ProcessTable | 'unknown',
  adapters: readonly Adapter[],
): AgentProcess | null | 'unknown' =>
  ifReadable(table, (readable) => {
    let found: AgentProcess | null = null;
    walk(pane.pid, readable, (process) => {
      // Most processes are shells, and a shell without a script is no agent's program.
      const program = programOf(process.argv);
      const adapter = program && adapters.find((candidate) => candidate.isProgram(process));
      if (!adapter) return 'deeper';
      if (!adapter.recognises(process)) return 'past';
      found = describe(program.wrapped ? innermost(process, adapter, readable) : process, adapter, pane);
      return 'enough';
    });
    return found;
  });

function ifReadable<Answer>(table: ProcessTable | 'unknown', ask: (table: ProcessTable) => Answer): Answer | 'unknown' {
  if (table === 'unknown') return 'unknown';
  try {
    return ask(table);
  } catch (error) {
    if (error instanceof EnvironmentError) return 'unknown';
    throw error;
  }
}

/** A shim (`node …/codex.js`, a shell script called `claude`) stays around the real program, which is the one that holds the files. */
function innermost(process: Process, adapter: Adapter, table: ProcessTable): Process {
  let real = process;
  walk(process.pid, table, (inner) => {
    if (programOf(inner.argv)?.wrapped || !adapter.recognises(inner)) return 'deeper';
    real = inner;
    return 'enough';
  });
  return real;
}

/** What a visitor wants next: the children too, not those, or nothing more. */
type Step = 'deeper' | 'past' | 'enough';

/** Breadth first from `root`, so that the nearest comes first. */
function walk(root: number, table: ProcessTable, visit: (process: Process) => Step): void {
  let level: readonly number[] = [root];
  let seen = 0;
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth += 1) {
    const parents: number[] = [];
    for (const pid of level) {
      seen += 1;
      if (seen > BUDGET) throw new EnvironmentError('process-table', `more than ${BUDGET} processes under pid ${root}`);
      const process = table.get(pid);
      const step = process === null ? 'past' : visit(process);
      if (step === 'enough') return;
      if (step === 'deeper') parents.push(pid);
    }
    level = depth === DEPTH ? [] : parents.flatMap((pid) => table.childrenOf(pid));
  }
}

/** Plain data of a lazily read process; null when it went away meanwhile: without a start time nothing can be held against it. */
function describe(process: Process, { name }: Adapter, pane: PaneProcess): AgentProcess | null {
  const { pid, ppid, startTicks, startedAt, argv, cwd, exe } = process;
  return startedAt > 0
    ? { pid, ppid, startTicks, startedAt, argv, cwd, exe, agent: name, paneId: pane.id, panePid: pane.pid }
    : null;
}
