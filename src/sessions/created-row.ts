import type { AgentProcess, Evidence } from '../agents/types.ts';
import { newRow } from '../reconcile/new-row.ts';
import type { AgentTraits } from '../reconcile/types.ts';
import type { NewRow } from '../registry/types.ts';
import { commandLine } from '../render/shell-quote.ts';
import type { Started } from './start-session.ts';

export interface CreatedFacts {
  readonly started: Started;
  readonly agent: AgentTraits;
  /** The agent's command as the row records it. */
  readonly lasting: readonly string[];
  readonly cwd: string;
  readonly process: AgentProcess | null;
  readonly conversationId: string | null;
  readonly jobId: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The row of a session that we started: like one that we found, with what we know because it was us. */
export function createdRow({ started, agent, lasting, cwd, process, conversationId, jobId, at }: CreatedFacts): NewRow {
  const { server, session } = started;
  const evidence: Evidence | null =
    conversationId === null ? null : { id: conversationId, source: 'chosen', observedAt: at, transcript: null };
  const facts = { agent: agent.name, process, pids: [], startedAs: agent.name, cwd, evidence: [], candidates: [] };
  const row = newRow({ session, server, agent: { ...agent, startCommand: commandLine(lasting) }, facts, evidence });
  const entries = Object.entries({ ...row, last_visible_status: 'created' });
  const behind = entries.findIndex(([key]) => key === 'last_visible_status') + 1;
  const job = jobId === null ? [] : [['delegate_job_id', jobId] as const];
  return Object.fromEntries([...entries.slice(0, behind), ...job, ...entries.slice(behind)]);
}
