import type { Io } from '../io.ts';
import { isoTime } from '../iso-time.ts';
import { loadRunSettings } from '../load-settings.ts';
import { publishAll } from '../pipeline/publish.ts';
import { accessWarning } from '../pipeline/registry-access.ts';
import { run } from '../pipeline/run.ts';
import { report } from '../render/report.ts';
import { reportText } from '../render/report-text.ts';

export interface ReconcileOptions {
  readonly registry?: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly format?: 'json' | 'text';
  readonly json?: boolean;
}

/** Exit codes of `reconcile --check`; an error is 2. */
const DRIFT = 3;
const UNKNOWN = 4;

/** `reconcile`: one full reconcile of all servers, its report on stdout. */
export function reconcile(options: ReconcileOptions, io: Io): number {
  const now = Math.floor(Date.now() / 1000);
  const { registryPath, settings } = loadRunSettings({ registryFlag: options.registry ?? null, env: io.env });
  const outcome = run({
    registryPath,
    settings,
    env: io.env,
    scope: 'all',
    sender: null,
    answer: null,
    lock: null,
    mode: options.dryRun ? 'dry-run' : 'repair',
    who: 'cli',
    now,
  });
  io.err(accessWarning(registryPath) ?? '');
  if (!options.dryRun) publishAll(outcome, io.env);
  const result = report(outcome, isoTime(now));
  const format = options.format ?? (options.json || !io.terminal ? 'json' : 'text');
  io.out(format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : reportText(result, io.colour));
  if (!options.check) return 0;
  return result.tmux_confirmed ? (result.drifts.length > 0 ? DRIFT : 0) : UNKNOWN;
}
