import { join } from 'node:path';
import type { NamePattern } from './agents/agent-of.ts';
import type { ConfigFile } from './config-schema.ts';
import { UserError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a setting came from; the first of these that is set and not empty wins. */
export type Origin = 'flag' | 'environment' | 'tmux option' | 'config file' | 'default';

export interface Setting<T> {
  readonly value: T;
  readonly origin: Origin;
}

export interface Settings {
  readonly registry: Setting<string>;
  /** May triggers repair? The key and the command line always may. */
  readonly repair: Setting<boolean>;
  readonly statusFormat: Setting<string>;
  readonly onJobEnd: Setting<'kill' | 'mark'>;
  readonly mqttUrl: Setting<string | null>;
  /** Folder of the job files; it may not exist yet. */
  readonly jobsDir: Setting<string>;
  readonly file: ConfigFile;
}

/** What settings are resolved from: tmux options by name, flags as given. */
export interface SettingSources {
  readonly registryFlag: string | null;
  readonly env: Environment;
  readonly options: Readonly<Record<string, string>>;
  readonly file: ConfigFile;
}

export const DEFAULT_STATUS_FORMAT = '#[fg=yellow]drift:#{@drift_count}#[default] ';

/** Flags > environment > tmux options > config file > defaults. Unknown words in an option are an error with the valid ones. */
export function resolveSettings({ registryFlag, env, options, file }: SettingSources): Settings {
  const option = (name: string): string | null => options[name] || null;
  return {
    registry: firstSet<string>(
      ['flag', registryFlag],
      ['environment', env.AGENT_SESSIONS_YAML || null],
      ['tmux option', expandHome(option('@drift-registry'), env)],
      ['config file', expandHome(file.registry ?? null, env)],
      ['default', join(stateHome(env), 'agent-sessions.yaml')],
    ),
    repair: firstSet<boolean>(
      ['tmux option', onOff('@drift-repair', option('@drift-repair'))],
      ['config file', file.repair ?? null],
      ['default', true],
    ),
    statusFormat: firstSet<string>(
      ['tmux option', option('@drift-status-format')],
      ['config file', file.status_format ?? null],
      ['default', DEFAULT_STATUS_FORMAT],
    ),
    onJobEnd: firstSet<'kill' | 'mark'>(
      ['tmux option', killOrMark(option('@drift-on-job-end'))],
      ['config file', file.on_job_end ?? null],
      ['default', 'kill'],
    ),
    mqttUrl: firstSet<string | null>(
      ['environment', env.TMUX_DRIFT_MQTT_URL || null],
      ['tmux option', option('@drift-mqtt-url')],
      ['config file', file.mqtt?.url ?? null],
      ['default', null],
    ),
    jobsDir: firstSet<string>(
      ['config file', expandHome(file.jobs_dir ?? null, env)],
      ['default', join(stateFolder(env), 'jobs')],
    ),
    file,
  };
}

/** `${XDG_STATE_HOME:-~/.local/state}/tmux-drift`, where the registry lives by default. */
const stateHome = (env: Environment): string =>
  join(env.XDG_STATE_HOME || join(home(env), '.local/state'), 'tmux-drift');

/** The state folder: absolute path; it may not exist yet. */
export const stateFolder = (env: Environment): string => env.AGENT_SESSIONS_STATE_DIR || stateHome(env);

export const configPath = (env: Environment): string =>
  join(env.XDG_CONFIG_HOME || join(home(env), '.config'), 'tmux-drift', 'config.yaml');

/** Without HOME the user database tells; loaded only then, because every tmux event comes through here. */
export const home = (env: Environment): string => env.HOME || process.getBuiltinModule('node:os').homedir();

function firstSet<T>(...sources: readonly (readonly [Origin, T | null])[]): Setting<T> {
  for (const [origin, value] of sources) if (value !== null) return { value, origin };
  const [origin, value] = sources[sources.length - 1] as readonly [Origin, T];
  return { value, origin };
}

/** A tmux option is not expanded by a shell, so people write `~/…` into it. */
const expandHome = (path: string | null, env: Environment): string | null =>
  path?.startsWith('~/') ? join(home(env), path.slice(2)) : path;

function onOff(name: string, value: string | null): boolean | null {
  if (value === null) return null;
  if (value === 'on' || value === 'off') return value === 'on';
  throw new UserError('bad-option', `${name} is '${value}': expected on or off`);
}

function killOrMark(value: string | null): 'kill' | 'mark' | null {
  if (value === null || value === 'kill' || value === 'mark') return value;
  throw new UserError('bad-option', `@drift-on-job-end is '${value}': expected kill or mark`);
}

/**
 * Names of sessions that belong to agents, beside `*-creator-<agent>`: `@drift-agents` of the session's own server (words
 * `agent=glob`, separated by blanks), then the config file's. A word of another form names nothing; `doctor` points it out.
 */
export function namePatterns(options: Readonly<Record<string, string>>, file: ConfigFile): readonly NamePattern[] {
  const words = (options['@drift-agents'] ?? '').split(/\s+/).filter((word) => /^[^=]+=./.test(word));
  const fromOption = words.map(
    (word): NamePattern => ({ agent: word.slice(0, word.indexOf('=')), glob: word.slice(word.indexOf('=') + 1) }),
  );
  const fromFile = Object.entries(file.agents ?? {}).flatMap(([agent, { names }]) =>
    (names ?? []).map((glob): NamePattern => ({ agent, glob })),
  );
  return [...fromOption, ...fromFile];
}
