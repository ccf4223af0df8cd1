import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { missingRegistry } from '../../registry/unreadable.ts';
import { type Environment, type Settings, stateFolder } from '../../settings.ts';
import { ensureStateFolder } from '../../state-folder.ts';
import { resolveBroker } from './broker.ts';
import type { WorkContext } from './event-work.ts';

/** What drain and subscribe work with; null where no broker is configured. Throws what is wrong with the settings, and `registry-missing`. */
export function workContext(settings: Settings, env: Environment, say: (line: string) => void): WorkContext | null {
  const broker = resolveBroker(settings, env);
  if (!broker) return null;
  const registryPath = settings.registry.value;
  if (!existsSync(registryPath)) throw missingRegistry(registryPath);
  const stateDir = stateFolder(env);
  ensureStateFolder(stateDir);
  return {
    broker,
    registryPath,
    stateDir,
    jobsDir: settings.jobsDir.value,
    onJobEnd: settings.onJobEnd.value,
    baseTopic: broker.baseTopic,
    env,
    say,
  };
}

export const noBroker = (): UserError =>
  new UserError(
    'no-broker',
    'no broker is configured. Next step: set $TMUX_DRIFT_MQTT_URL, the tmux option @drift-mqtt-url, or mqtt.url in the config file',
  );
