import { EnvironmentError } from '../errors.ts';
import type { Present } from '../reconcile/identity.ts';
import type { Environment } from '../settings.ts';
import { callTmux } from '../tmux/call.ts';
import { literal } from '../tmux/literal.ts';
import type { ServerAddress, Session } from '../tmux/types.ts';
import { environmentChange, withoutAgents } from './agent-environment.ts';
import { paneCommand } from './pane-command.ts';

/** An agent to start. */
export interface Start {
  readonly address: ServerAddress;
  readonly name: string;
  /** Absolute; it must exist: tmux would silently take another one. */
  readonly cwd: string;
  /** The agent's words, executed without a shell. */
  readonly argv: readonly string[];
  /** The caller's. */
  readonly env: Environment;
}

/** A session just started, and the server that it is on, as tmux told us in the same breath. */
export interface Started {
  readonly server: Present;
  readonly session: Session;
}

/** `free` text stands last. */
const FACTS = '#{pid} #{start_time} #{session_id} #{session_created} #{pane_id} #{pane_pid} #{session_name}';

/**
 * Starts a detached session with the agent in it, and the server where there is none. The pane stays when the agent ends, until `letGo`
 * (first-moments.ts). Throws what `callTmux` throws.
 */
export function startSession(start: Start): Started {
  const { address, name, cwd, env } = start;
  const words = ['new-session', '-d', '-P', '-F', FACTS, '-s', literal(name), '-x', '140', '-y', '40'];
  const told = callTmux(address, [...words, ...paneArguments(start)], {
    env: withoutAgents(env),
    // In the same breath: an agent may end before a second call could come.
    next: ['set-option', '-p', '-t', `=${name}:`, 'remain-on-exit', 'on'],
  });
  return parseFacts(address, told, `a session ${name} in ${cwd}`);
}

/** Puts the agent into a pane that is there already, in place of what runs in it. */
export function startInPane(start: Start, paneId: string): Started {
  const { address, env } = start;
  callTmux(address, ['set-option', '-p', '-t', paneId, 'remain-on-exit', 'on'], { env });
  callTmux(address, ['respawn-pane', '-k', '-t', paneId, ...paneArguments(start)], { env: withoutAgents(env) });
  const told = callTmux(address, ['display-message', '-p', '-t', paneId, FACTS], { env: withoutAgents(env) });
  return parseFacts(address, told, `pane ${paneId}`);
}

/** What new-session and respawn-pane have in common: folder, environment, command. */
function paneArguments({ address, cwd, argv, env }: Start): readonly string[] {
  const { set, unset } = environmentChange(env, serverVariables(address, env));
  const variables = set.flatMap((variable) => ['-e', variable]);
  return ['-c', literal(cwd), ...variables, '--', ...paneCommand(argv, unset)];
}

/** Names in the server's global environment; none where there is no server yet: it will get ours. */
function serverVariables(address: ServerAddress, env: Environment): ReadonlySet<string> {
  try {
    const told = callTmux(address, ['show-environment', '-g'], { env });
    return new Set(told.split('\n').flatMap((line) => /^([A-Za-z_]\w*)=/.exec(line)?.[1] ?? []));
  } catch (error) {
    if (error instanceof EnvironmentError && error.code === 'tmux-refused') return new Set();
    throw error;
  }
}

function parseFacts(address: ServerAddress, told: string, what: string): Started {
  const facts = /^(\d+) (\d+) (\$\d+) (\d+) (%\d+) (\d+) (.*)\n$/s.exec(told);
  if (!facts) throw new EnvironmentError('tmux-garbled', `tmux started ${what} and did not say which one`);
  const [, pid, started, id, created, paneId, panePid, name] = facts as unknown as string[];
  const pane = { id: paneId as string, pid: Number(panePid), dead: false, startCommand: '' };
  const session: Session = { id: id as string, name: name as string, created: Number(created), panes: [pane] };
  const server = { pid: Number(pid), started: Number(started), sessions: [session], options: {} };
  return { server: { state: 'present', address, ...server }, session };
}
