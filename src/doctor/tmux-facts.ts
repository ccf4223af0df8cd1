import { spawnProcess } from '../process/spawn.ts';
import type { Environment } from '../settings.ts';
import type { ServerObservation } from '../tmux/types.ts';

/** What only `doctor` asks a server. */
export interface Facts {
  readonly version: string;
  /** Values by name; '' when not set. */
  readonly options: Readonly<Record<(typeof OPTIONS)[number], string>>;
  /** Names of options that are set, if to nothing. */
  readonly set: ReadonlySet<string>;
  /** Sessions that have hooks of their own of a kind that we use: those hide the global ones. */
  readonly sessionsWithHooks: readonly string[];
  /** What a key of the prefix table is bound to, as tmux prints it; '' when nothing. */
  readonly binding: (key: string) => string;
}

/** Beside those that every run asks for. */
const OPTIONS = [
  'status-left',
  'status-right',
  '@drift-key',
  '@drift-menu-key',
  '@drift-auto-status',
  '@drift-bin',
  '@drift-build',
  '@drift-release-url',
] as const;

export const HOOKS = ['session-created', 'session-closed', 'session-renamed'] as const;

type Present = Extract<ServerObservation, { state: 'present' }>;

export function readFacts({ address, sessions }: Present, env: Environment): Facts {
  const ask = (...words: readonly string[]): string =>
    spawnProcess('tmux', ['-u', ...address.flags, ...words], { env, timeoutMs: 2000 }).stdout.toString();
  const values = Object.fromEntries(
    OPTIONS.map((name) => [name, ask('show-options', '-gqv', name).replace(/\n$/, '')]),
  ) as Facts['options'];
  return {
    version: ask('display-message', '-p', '#{version}').trim(),
    options: values,
    set: new Set(OPTIONS.filter((name) => ask('show-options', '-gq', name) !== '')),
    sessionsWithHooks: sessions
      .filter(({ id }) => HOOKS.some((hook) => ask('show-hooks', '-t', id).includes(`${hook}[`)))
      .map(({ name }) => name),
    binding: (key) => ask('list-keys', '-T', 'prefix', key).trim(),
  };
}
