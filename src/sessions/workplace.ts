import { hostname } from 'node:os';
import { adapterNamed } from '../agents/index.ts';
import type { Adapter } from '../agents/types.ts';
import { UserError } from '../errors.ts';
import type { LifecycleEvent } from '../jobs/lifecycle.ts';
import { queueLifecycles } from '../jobs/outbox.ts';
import { appendJournal, type JournalEntry } from '../journal.ts';
import { knownAgents } from '../known-agents.ts';
import { loadSettings } from '../load-settings.ts';
import { publishAll } from '../pipeline/publish.ts';
import { type Outcome, run } from '../pipeline/run.ts';
import { printable } from '../render/printable.ts';
import { type Environment, type Settings, stateFolder } from '../settings.ts';

/** What every command about sessions works with. */
export interface Workplace {
  readonly registryPath: string;
  readonly settings: Settings;
  readonly env: Environment;
  readonly stateDir: string;
  readonly jobsDir: string;
  readonly adapters: readonly Adapter[];
}

export function openWorkplace(registryFlag: string | undefined, env: Environment): Workplace {
  const settings = loadSettings({ registryFlag: registryFlag ?? null, env });
  return {
    registryPath: settings.registry.value,
    settings,
    env,
    stateDir: stateFolder(env),
    jobsDir: settings.jobsDir.value,
    adapters: knownAgents(settings.file),
  };
}

/** Epoch seconds. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** A full reconcile first, so that what a command decides on is true: spooled events are taken, drifts repaired. A dry one writes nothing. */
export function refresh(place: Workplace, mode: 'repair' | 'dry-run'): Outcome {
  const { registryPath, settings, env } = place;
  const asked = { scope: 'all', sender: null, answer: null, lock: null } as const;
  const outcome = orInit(() =>
    run({ registryPath, settings: () => settings, env, ...asked, mode, who: 'cli', now: now() }),
  );
  if (mode === 'repair') publishAll(outcome, env);
  return outcome;
}

function orInit<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'registry-missing') throw error;
    throw new UserError(error.code, `${error.message}. Next step: tmux-drift init`, error.exitCode);
  }
}

/** The agent by name; an unknown one is the user's error, which names those that there are. */
export function agentCalled(name: string, { adapters }: Workplace): Adapter {
  const adapter = adapterNamed(name, adapters);
  if (adapter) return adapter;
  const known = adapters.map((one) => one.name).join(', ');
  throw new UserError(
    'unknown-agent',
    `unknown agent '${printable(name)}': there are ${known}. Others: \`agents\` in the config file`,
  );
}

export type JobNews = Omit<LifecycleEvent, 'host' | 'time'>;

/** Tells the broker, when one is configured; the events wait in the outbox until it can be reached. */
export function announce({ settings, stateDir }: Workplace, news: readonly JobNews[]): void {
  if (settings.mqttUrl.value === null || news.length === 0) return;
  queueLifecycles(
    stateDir,
    news.map((one) => ({ ...one, host: hostname(), time: now() })),
  );
}

export const note = ({ stateDir }: Workplace, entry: Omit<JournalEntry, 'who' | 'scope'>): void =>
  appendJournal(stateDir, now(), [{ who: 'cli', scope: 'all', ...entry }]);
