import { type HookOutcome, type HookPlace, installHook, uninstallHook } from '../agents/install/install-hook.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { ownServer } from '../pipeline/scope.ts';
import { type AgentHookState, agentHookState, hookPlace } from '../plugin/agent-hooks.ts';
import { findPlugin } from '../plugin/find-plugin.ts';
import { hookCommand } from '../plugin/hook-command.ts';
import { printable } from '../render/printable.ts';
import { table } from '../render/table.ts';
import { agentCalled, openWorkplace } from '../sessions/workplace.ts';
import { ensureStateFolder } from '../state-folder.ts';

export interface AgentsOptions {
  readonly json?: boolean;
}

/** `agents list`: every agent that is known, and whether its hook is installed. */
export function listAgents(options: AgentsOptions, io: Io): number {
  show(statesOf(io), options, io);
  return 0;
}

/** `agents check`: is the hook of every agent that is here installed, and runs what it should? Exit 1 when not. */
export function checkAgents(options: AgentsOptions, io: Io): number {
  const states = statesOf(io).filter(({ here, hook }) => here && hook !== 'none');
  const wanting = states.filter(({ hook }) => hook !== 'installed');
  show(states, options, io);
  for (const { agent, hook, reason } of wanting) {
    io.err(`${agent}: hook ${hook}${reason ? ` (${printable(reason)})` : ''}. Next step: ${mendOf(agent, hook)}\n`);
  }
  return wanting.length > 0 ? 1 : 0;
}

/** `agents install NAME`: puts our hook into the agent's own settings. */
export const installAgent = (options: AgentsOptions, io: Io, name: string): number =>
  change(options, io, name, (place, command) => installHook(place, command));

/** `agents uninstall NAME`: takes it out again. */
export const uninstallAgent = (options: AgentsOptions, io: Io, name: string): number =>
  change(options, io, name, (place) => uninstallHook(place));

/** What a person does about a hook that is not as it should be. */
export const mendOf = (agent: string, hook: AgentHookState['hook']): string =>
  hook === 'unreadable' ? 'mend that file' : `tmux-drift agents install ${agent}`;

function statesOf(io: Io): readonly AgentHookState[] {
  const command = commandFor(io);
  return openWorkplace(undefined, io.env).adapters.map((adapter) => agentHookState(adapter, command, io.env));
}

const commandFor = ({ env }: Io): string => hookCommand(findPlugin(ownServer(env), env));

function show(states: readonly AgentHookState[], { json }: AgentsOptions, io: Io): void {
  if (json) {
    const agents = states.map(({ agent, here, hook, startCommand, settingsFile, reason }) => ({
      agent,
      start_command: startCommand,
      here,
      hook,
      settings_file: settingsFile,
      reason,
    }));
    io.out(`${JSON.stringify({ format_version: '1.0', agents }, null, 2)}\n`);
    return;
  }
  const columns = [{ title: 'AGENT' }, { title: 'HERE' }, { title: 'HOOK' }, { title: 'SETTINGS', narrowest: 12 }];
  const rows = states.map(({ agent, here, hook, settingsFile }) => [
    printable(agent),
    here ? 'yes' : 'no',
    hook === 'none' ? '-' : hook,
    printable(settingsFile ?? '-'),
  ]);
  io.out(table(columns, rows, io.columns));
}

type Change = (place: HookPlace, command: string) => HookOutcome;

function change({ json }: AgentsOptions, io: Io, name: string, apply: Change): number {
  const adapter = agentCalled(name, openWorkplace(undefined, io.env));
  const place = hookPlace(adapter, io.env);
  if (!place) throw new UserError('no-hook', `${printable(name)} has no hook that tmux-drift knows`);
  ensureStateFolder(place.stateFolder);
  const { outcome, file } = apply(place, `${commandFor(io)} ${adapter.name}`);
  const advice = outcome === 'installed' || outcome === 'updated' ? place.hook.advice : null;
  if (json) {
    const result = { format_version: '1.0', agent: adapter.name, outcome, settings_file: file, advice };
    io.out(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  io.err(`${adapter.name}: hook ${outcome === 'absent' ? 'was not there' : outcome}, ${printable(file)}\n`);
  if (advice !== null) io.err(`${advice}\n`);
  return 0;
}
