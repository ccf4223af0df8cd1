import { isoTime } from '../iso-time.ts';
import type { Outcome } from '../pipeline/run.ts';
import { report } from '../render/report.ts';
import { summary } from '../render/report-text.ts';
import type { Environment } from '../settings.ts';
import { showMessage } from '../tmux/show-message.ts';
import type { ServerAddress } from '../tmux/types.ts';

/** Shows the result of a run to the client that asked for it: the sum first, then what was done and what is left. */
export function showOutcome(outcome: Outcome, server: ServerAddress, client: string, env: Environment): void {
  const result = report(outcome, isoTime(0));
  const left = result.drifts.filter(({ repaired }) => !repaired).map(({ kind, name }) => `${kind}: ${name}`);
  showMessage(server, client, [summary(result), ...result.actions, ...left].join(' · '), env);
}
