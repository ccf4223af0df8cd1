import { homesFrom } from '../agents/homes.ts';
import type { Io } from '../io.ts';
import { readJob } from '../jobs/job-files.ts';
import type { Outcome } from '../pipeline/run.ts';
import { printable } from '../render/printable.ts';
import { statusJson } from '../render/status-json.ts';
import { statusTable } from '../render/status-table.ts';
import { withoutHistory } from '../sessions/attention.ts';
import { withConversation } from '../sessions/conversation-status.ts';
import { addressOfRow } from '../sessions/rows.ts';
import { type SessionStatus, sessionStatuses } from '../sessions/status.ts';
import { agentCalled, now, openWorkplace, refresh, type Workplace } from '../sessions/workplace.ts';
import { home } from '../settings.ts';

export interface StatusOptions {
  readonly registry?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

/** `status`: one table of all sessions. Looks with the same eyes as reconcile, takes no lock, writes nothing. */
export function status(options: StatusOptions, io: Io): number {
  const place = openWorkplace(options.registry, io.env);
  const outcome = refresh(place, 'dry-run');
  const time = now();
  const statuses = statusesOf(place, outcome);
  const { shown: wanted, hidden } = options.all ? { shown: statuses, hidden: 0 } : withoutHistory(statuses, time);
  const homes = homesFrom(io.env);
  const shown = wanted.map((one) =>
    withConversation(one, (row, agent, id) => agentCalled(agent, place).artifact(id, row.pane.cwd, homes)),
  );
  if (options.json) {
    const addressOf = ({ row }: SessionStatus) => row && addressOfRow(row, io.env);
    io.out(`${JSON.stringify(statusJson(shown, hidden, outcome, addressOf, time), null, 2)}\n`);
    return 0;
  }
  if (shown.length > 0)
    io.out(statusTable(shown, { columns: io.columns, colour: io.colour, home: home(io.env), now: time }));
  else io.err('no agent sessions\n');
  for (const server of outcome.servers) {
    if (server.state === 'unknown')
      io.err(`tmux server ${printable(server.address.label)} cannot be asked: ${printable(server.reason)}\n`);
  }
  if (hidden > 0 && io.terminal) io.err(`${hidden} more that ended earlier: --all shows them\n`);
  return 0;
}

/** The statuses of one look at the world. */
export const statusesOf = ({ jobsDir }: Workplace, { registry, world, drifts }: Outcome): readonly SessionStatus[] =>
  sessionStatuses({ registry, world, drifts, job: (id) => readJob(jobsDir, id) });
