import { ownServer } from '../pipeline/scope.ts';
import { findPlugin, type Plugin, readHooks } from '../plugin/find-plugin.ts';
import { type PluginVersions, readPluginVersions } from '../plugin/versions.ts';
import { spawnProcess } from '../process/spawn.ts';
import { readConfigFile } from '../read-config-file.ts';
import { configPath, type Environment, resolveSettings, type Settings } from '../settings.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerObservation } from '../tmux/types.ts';
import { wordsOf } from './check.ts';
import { type Facts, readFacts } from './tmux-facts.ts';

/** All that the checks look at, read once. */
export interface Surroundings {
  readonly env: Environment;
  /** What `tmux -V` says; null: there is no tmux on the PATH. */
  readonly clientVersion: string | null;
  /** The server that this runs in, else the default one. */
  readonly server: ServerObservation;
  /** Null when that server cannot be asked. */
  readonly facts: Facts | null;
  /** `show-hooks -g`. */
  readonly hooks: string;
  readonly plugin: Plugin | null;
  readonly pluginVersions: PluginVersions | null;
  /** Why there are none: the config file or an option is not understood. */
  readonly settings: Settings | { readonly problem: string };
}

export function lookAround(registryFlag: string | null, env: Environment): Surroundings {
  const address = ownServer(env);
  const server = observe([address], env)[0] ?? { state: 'unknown', address, reason: 'not asked' };
  const present = server.state === 'present';
  const plugin = findPlugin(address, env);
  const options = present ? server.options : {};
  return {
    env,
    clientVersion: clientVersion(env),
    server,
    facts: present ? readFacts(server, env) : null,
    hooks: present ? readHooks(address, env) : '',
    plugin,
    pluginVersions: plugin && readPluginVersions(plugin.folder),
    settings: settingsOf(() => resolveSettings({ registryFlag, env, options, file: readConfigFile(configPath(env)) })),
  };
}

function settingsOf(resolve: () => Settings): Surroundings['settings'] {
  try {
    return resolve();
  } catch (error) {
    return { problem: wordsOf(error) };
  }
}

function clientVersion(env: Environment): string | null {
  const { status, stdout } = spawnProcess('tmux', ['-V'], { env, timeoutMs: 2000 });
  return status === 0
    ? stdout
        .toString()
        .trim()
        .replace(/^tmux /, '')
    : null;
}
