import { knownAgents } from '../../known-agents.ts';
import { agentHookState } from '../../plugin/agent-hooks.ts';
import { hookCommand } from '../../plugin/hook-command.ts';
import { printable } from '../../render/printable.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** Do the agents that are here tell us which conversation they are in? */
export function checkAgents({ settings, plugin, env }: Surroundings): readonly Check[] {
  const file = 'problem' in settings ? {} : settings.file;
  const command = hookCommand(plugin);
  return knownAgents(file)
    .map((adapter) => agentHookState(adapter, command, env))
    .filter(({ hook }) => hook !== 'none')
    .map(({ agent, here, hook, settingsFile, reason }): Check => {
      const title = `hook of ${agent}`;
      const why = reason ? `: ${printable(reason)}` : '';
      if (!here) return ok(title, `${agent} is not here`);
      if (hook === 'installed') return ok(title, settingsFile ?? '');
      if (hook === 'unreadable') return broken(title, `cannot read its settings${why}`, `correct ${settingsFile}`);
      return warning(title, `${hook}${why}: its conversations are only guessed`, `tmux-drift agents install ${agent}`);
    });
}
