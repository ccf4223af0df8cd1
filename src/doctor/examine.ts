import { checkBroker } from '../jobs/mqtt/check-broker.ts';
import type { Check } from './check.ts';
import { checkAgents } from './checks/agents.ts';
import { checkHooks } from './checks/hooks.ts';
import { checkInstallation } from './checks/installation.ts';
import { checkKeys } from './checks/keys.ts';
import { checkRegistry } from './checks/registry.ts';
import { checkSettings } from './checks/settings.ts';
import { checkStateFolder } from './checks/state-folder.ts';
import { checkTmux } from './checks/tmux.ts';
import type { Surroundings } from './surroundings.ts';

/** In the order in which one would look: what the later ones need is checked first. */
const CHECKS: readonly ((around: Surroundings) => readonly Check[] | Promise<readonly Check[]>)[] = [
  checkTmux,
  checkInstallation,
  checkHooks,
  checkKeys,
  checkSettings,
  checkStateFolder,
  checkRegistry,
  checkAgents,
  ({ settings, env }) => ('problem' in settings ? [] : checkBroker(settings, env)),
];

/** Runs all checks. Writes nothing but the registry's lock file, which is there for that. */
export async function examine(around: Surroundings): Promise<readonly Check[]> {
  const results: (readonly Check[])[] = [];
  for (const check of CHECKS) results.push(await check(around));
  return results.flat();
}
