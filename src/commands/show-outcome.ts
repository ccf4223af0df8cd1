import type { Outcome } from '../pipeline/run.ts';
import { spawnProcess } from '../process/spawn.ts';
import { isoTime } from '../reconcile/new-row.ts';
import { printable } from '../render/printable.ts';
import { report } from '../render/report.ts';
import { summary } from '../render/report-text.ts';
import type { Environment } from '../settings.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** Longer than tmux's usual 750 ms: a person reads this. */
const SHOWN_MS = '5000';

/** Shows the result of a run to the client that asked for it: the sum first, then what was done and what is left. */
export function showOutcome(outcome: Outcome, server: ServerAddress, client: string, env: Environment): void {
  const result = report(outcome, isoTime(0));
  const left = result.drifts.filter(({ repaired }) => !repaired).map(({ kind, name }) => `${kind}: ${printable(name)}`);
  const text = [`tmux-drift: ${summary(result)}`, ...result.actions, ...left].join(' · ');
  // `#` would start a format: names in here are other people's text.
  const literal = text.replaceAll('#', '##');
  spawnProcess('tmux', ['-u', ...server.flags, 'display-message', '-c', client, '-d', SHOWN_MS, literal], { env, timeoutMs: 2000 });
}
