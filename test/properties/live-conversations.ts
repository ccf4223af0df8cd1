import { recordedId } from '../../src/reconcile/conversation.ts';
import { matchRows } from '../../src/reconcile/match-rows.ts';
import type { World } from '../../src/reconcile/types.ts';
import type { Registry } from '../../src/registry/types.ts';

/** Conversation ids and the names of the active rows that have them, as far as their session is not known to be gone. */
export function liveConversations(registry: Registry, world: World): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const match of matchRows(registry.rows, world)) {
    if (match.kind === 'gone' || match.kind === 'server-gone') continue;
    const { row } = match;
    const id = recordedId(row, world.agents.get(world.agentOf(row) ?? ''));
    if (id !== null) holders.set(id, [...(holders.get(id) ?? []), row.name]);
  }
  return holders;
}
