/** What becomes of an agent in its first moments. Its pane is kept when it ends, so that its last words can be told. */
import { findAgent } from '../agents/find-agent.ts';
import type { Adapter, AgentProcess } from '../agents/types.ts';
import { EnvironmentError } from '../errors.ts';
import { readProcesses } from '../process/process-table.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import { callTmux } from '../tmux/call.ts';
import type { Started } from './start-session.ts';

/** How long a program may take from its start to the agent's own name: shims, wrappers. */
const RECOGNISED_MS = 500;
/** An agent that still runs after this long did not refuse its command line. */
const SETTLED_MS = 1500;
const STEP_MS = 10;

/** A started agent, and with what it is watched. */
export interface Watched {
  readonly started: Started;
  readonly adapter: Adapter;
  readonly env: Environment;
}

/** From now on its pane stays when it ends, until `letGo`. An agent that has ended by now is found gone. */
export function hold({ started, env }: Watched): void {
  unlessGone(() =>
    callTmux(started.server.address, ['set-option', '-p', '-t', paneOf(started), 'remain-on-exit', 'on'], { env }),
  );
}

export function letGo({ started, env }: Watched): void {
  unlessGone(() =>
    callTmux(started.server.address, ['set-option', '-pu', '-t', paneOf(started), 'remain-on-exit'], { env }),
  );
}

/** Waits for the agent's process to show under its pane, half a second at most. Null: not seen (yet). Blocks: it is asked under the lock. */
export function recognise({ started, adapter }: Watched): AgentProcess | null {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += STEP_MS) {
    const found = processOf(started, adapter);
    if (found || waited >= RECOGNISED_MS) return found;
    Atomics.wait(clock, 0, 0, STEP_MS);
  }
}

/**
 * Waits until the agent has settled: `isUp` says that it is where it should be, or it has lived for a while.
 * Answers null, or how it ended, in its own last words.
 */
export async function settle(watched: Watched, isUp: (process: AgentProcess) => boolean): Promise<string | null> {
  const end = performance.now() + SETTLED_MS;
  for (;;) {
    const ending = endingOf(watched);
    if (ending !== null) return ending;
    const process = processOf(watched.started, watched.adapter);
    if ((process && isUp(process)) || performance.now() > end) return null;
    await new Promise((resolve) => setTimeout(resolve, 5 * STEP_MS));
  }
}

/** Null while the agent lives; else how it ended. */
export function endingOf({ started, env }: Watched): string | null {
  const { address } = started.server;
  const dead = unlessGone(() =>
    callTmux(address, ['display-message', '-p', '-t', paneOf(started), '#{pane_id} #{pane_dead} #{pane_dead_status}'], {
      env,
    }),
  );
  const [, pane, isDead, status] = /^(%\d+) ([01]?) ?(\d*)/.exec(dead ?? '') ?? [];
  if (pane === undefined) return 'it ended at once, and its session with it';
  if (isDead !== '1') return null;
  const last = lastWords(address, pane, env).map((line) => printable(line.trim()));
  return `it ended at once${status ? ` with status ${status}` : ''}${last.length > 0 ? `: ${last.join(' / ')}` : ''}`;
}

/** The last lines on the screen of a dead pane; tmux may know of the end a moment before it has drawn what was said last. */
function lastWords(address: Started['server']['address'], pane: string, env: Watched['env']): readonly string[] {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 10; tries++) {
    // tmux scrolls the screen up for a line of its own.
    const screen = unlessGone(() => callTmux(address, ['capture-pane', '-p', '-S', '-20', '-t', pane], { env })) ?? '';
    const words = screen.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Pane is dead'));
    if (words.length > 0) return words.slice(-2);
    Atomics.wait(clock, 0, 0, STEP_MS);
  }
  return [];
}

function processOf(started: Started, adapter: Adapter): AgentProcess | null {
  const found = findAgent(
    started.session.panes,
    readProcesses(started.session.panes.map(({ pid }) => pid)),
    adapter.name,
    [adapter],
  );
  return typeof found === 'object' ? found : null;
}

const paneOf = ({ session }: Started): string => session.panes[0]?.id ?? '';

/** Null when tmux no longer knows what was asked about. */
function unlessGone<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof EnvironmentError && error.code === 'tmux-refused') return null;
    throw error;
  }
}
