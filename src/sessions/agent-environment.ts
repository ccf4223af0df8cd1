/**
 * What an agent tells its own children through the environment. A new agent that finds such a variable takes itself for a child of
 * another one: Claude then keeps no transcript. They reach us when we run inside an agent, and a tmux server that was started inside
 * one hands them to every pane (facts: agents.md §0.2).
 */
import type { Environment } from '../settings.ts';

const OF_AGENTS =
  /^(CLAUDECODE|CLAUDE_(CODE|PLUGIN)_.*|CLAUDE_(PROJECT_DIR|ENV_FILE|PID)|CODEX_.*|ANTIGRAVITY_.*|GEMINI_(CLI|SESSION_ID|PROJECT_DIR|CWD)|OPENCODE|OPENCODE_(PID|SESSION.*)|CURSOR_(AGENT|TRACE_ID)|COPILOT_(CLI|AGENT|SESSION).*|AI_AGENT)$/;

/** What people set for agents under the same prefixes: those stay. */
const OF_PEOPLE =
  /^(CLAUDE_CODE_(USE|SKIP|DISABLE|ENABLE|MAX|OAUTH|API|CLIENT|SUBAGENT_MODEL|EFFORT|SHELL|EXTRA|PROXY|IDE|AUTO|NO)(_.*)?|CODEX_(HOME|API_KEY|CA_CERTIFICATE)|ANTIGRAVITY_CLI_ALIAS|COPILOT_HOME)$/;

/** These say where an agent keeps its conversations: whoever starts one must mean the same place as whoever looked for it. */
const PLACES = ['CLAUDE_CONFIG_DIR', 'CODEX_HOME'];

export const isOfAgents = (name: string): boolean => OF_AGENTS.test(name) && !OF_PEOPLE.test(name);

/** An environment to start tmux with: without what agents set for their children, and not inside any tmux. */
export const withoutAgents = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !isOfAgents(name) && name !== 'TMUX' && name !== 'TMUX_PANE'),
  );

/** How a pane's environment must differ from its server's. */
export interface EnvironmentChange {
  /** `NAME=value` */
  readonly set: readonly string[];
  readonly unset: readonly string[];
}

/** `server`: names of the variables that the server hands to its panes. The caller's PATH goes along, because there the agent was found. */
export function environmentChange(caller: Environment, server: ReadonlySet<string>): EnvironmentChange {
  const set = ['PATH', ...PLACES].flatMap((name) => (caller[name] ? [`${name}=${caller[name]}`] : []));
  const unset = [...server].filter((name) => isOfAgents(name) || (PLACES.includes(name) && !caller[name]));
  return { set, unset };
}
