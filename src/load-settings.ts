import { ownServer } from './pipeline/scope.ts';
import { readConfigFile } from './read-config-file.ts';
import { configPath, type Environment, resolveSettings, type Settings } from './settings.ts';
import { observe } from './tmux/observe.ts';
import type { ServerAddress, ServerObservation } from './tmux/types.ts';

interface Asker {
  readonly registryFlag: string | null;
  readonly env: Environment;
}

/** Settings for a command line: the tmux options are those of the server that it is run in, else of the default one. */
export function loadSettings(asker: Asker): Settings {
  const server = ownServer(asker.env);
  return settingsFrom(asker, server, observe([server], asker.env));
}

/**
 * The same for a run that will ask the servers anyway: where a flag or the environment says where the registry is, tmux need not be asked
 * for that before.
 */
export function loadRunSettings(asker: Asker): {
  readonly registryPath: string;
  readonly settings: (servers: readonly ServerObservation[]) => Settings;
} {
  const { registryFlag, env } = asker;
  const registryPath = registryFlag ?? env.AGENT_SESSIONS_YAML;
  if (registryPath) {
    const own = ownServer(env);
    const isAsked = ({ address }: ServerObservation) => address.socket === own.socket;
    return {
      registryPath,
      settings: (servers) => settingsFrom(asker, own, servers.some(isAsked) ? servers : observe([own], env)),
    };
  }
  const settings = loadSettings(asker);
  return { registryPath: settings.registry.value, settings: () => settings };
}

function settingsFrom(
  { registryFlag, env }: Asker,
  own: ServerAddress,
  servers: readonly ServerObservation[],
): Settings {
  const server = servers.find(({ address }) => address.socket === own.socket);
  const options = server?.state === 'present' ? server.options : {};
  return resolveSettings({ registryFlag, env, options, file: readConfigFile(configPath(env)) });
}
