import { ownServer } from './pipeline/scope.ts';
import { readConfigFile } from './read-config-file.ts';
import { configPath, type Environment, resolveSettings, type Settings } from './settings.ts';
import { observe } from './tmux/observe.ts';

/** Settings for a command line: the tmux options are those of the server that it is run in, else of the default one. */
export function loadSettings({
  registryFlag,
  env,
}: {
  readonly registryFlag: string | null;
  readonly env: Environment;
}): Settings {
  const [server] = observe([ownServer(env)], env);
  const options = server?.state === 'present' ? server.options : {};
  return resolveSettings({ registryFlag, env, options, file: readConfigFile(configPath(env)) });
}
