import { matchRows } from '../../src/reconcile/match-rows.ts';
import type { World } from '../../src/reconcile/types.ts';
import type { Registry } from '../../src/registry/types.ts';

/** Conversation ids and the names of the active rows that name them, as far as their session is not known to be gone. */
export function liveConversations(registry: Registry, world: World): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const match of matchRows(registry.rows, world)) {
    if (match.kind === 'gone' || match.kind === 'server-gone' || match.kind === 'replaced') continue;
    const { row } = match;
    for (const id of new Set([...(row.conversation ? [row.conversation.id] : []), ...Object.values(row.ownIds)])) {
      holders.set(id, [...(holders.get(id) ?? []), row.name]);
    }
  }
  return holders;
}
