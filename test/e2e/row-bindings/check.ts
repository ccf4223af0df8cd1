import { expect } from 'vitest';
import type { RegistryRow, Report } from '../harness.ts';
import type { RowWorld, Session } from './world.ts';

/** What became of the rows that were looked at. */
export interface Bindings {
  /** Names the conversation that its agent is in. */
  right: number;
  /** Names none, though its agent is in one. */
  unknown: number;
  /** Names none, and there is none. */
  none: number;
  /** Names one that a drift of the report doubts. */
  doubted: number;
  /** Names an earlier conversation of the same process, by a source that speaks for no more than that. */
  earlier: number;
  /** Names the last conversation of a process that is in none now, or a conversation of one that has ended. */
  left: number;
  wrong: number;
}

export const noBindings = (): Bindings => ({
  right: 0,
  unknown: 0,
  none: 0,
  doubted: 0,
  earlier: 0,
  left: 0,
  wrong: 0,
});

/**
 * Reconciles and compares every row with the truth. `speaks`: the agents' hooks or files tell everything, so that a row must be right;
 * otherwise it may know nothing, or name an earlier conversation of the very process where `argv` or a guess is all there is.
 */
export async function checkBindings(world: RowWorld, speaks: boolean, total: Bindings): Promise<void> {
  await world.settle();
  const report = world.sandbox.reconcile();
  const rows = world.sandbox.rows();
  for (const session of world.sessions) {
    const row = rows.filter(({ name }) => name === session.name);
    const where = `${world.log.join('\n')}\n${JSON.stringify({ session, row, drifts: report.drifts }, null, 1)}`;
    expect(row, where).toHaveLength(1);
    const kind = bindingOf(row[0] as RegistryRow, session, report);
    total[kind] += 1;
    expect(kind, where).not.toBe('wrong');
    if (speaks && session.now !== null && !isDisputed(session, world, report)) expect(kind, where).toBe('right');
  }
  const named = rows.filter(({ status }) => status === 'running').flatMap((row) => idOf(row) ?? []);
  expect(named.length, world.log.join('\n')).toBe(new Set(named).size);
}

/**
 * No witness could decide it, and the report says so: another live agent was in this conversation last and has said nothing new, or it was
 * switched without a turn, of which no hook of agy tells, but its lock.
 */
const isDisputed = ({ name }: Session, { agents }: RowWorld, { drifts }: Report): boolean =>
  drifts.some(
    (drift) =>
      drift.name === name &&
      (drift.msg.startsWith('its hook said ') ||
        agents.some((other) => other.now === null && drift.msg.endsWith(`is also claimed by ${other.name}`))),
  );

function bindingOf(row: RegistryRow, { own, now, state }: Session, report: Report): keyof Bindings {
  const id = idOf(row);
  if (id === null) return now === null ? 'none' : 'unknown';
  if (id === now) return 'right';
  if (now === null && (id === own.at(-1) || (state !== 'agent' && own.includes(id)))) return 'left';
  const doubted = report.drifts.some(
    (drift) => drift.kind === 'conversation' && drift.name === row.name && !drift.repaired,
  );
  if (doubted) return 'doubted';
  return ['argv', 'guess'].includes(row.conversation?.source ?? '') && own.includes(id) ? 'earlier' : 'wrong';
}

function idOf({
  conversation,
  claude_session_id_own: claude,
  agy_conversation_id_own: agy,
}: RegistryRow): string | null {
  const id = conversation?.id ?? claude ?? agy;
  return typeof id === 'string' ? id : null;
}
