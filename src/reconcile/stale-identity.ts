import { type LiveRow, recordedId } from './conversation.ts';
import { drift } from './drift.ts';
import { artifactKey, type Drift, type RegistryView, type World } from './types.ts';

/** D `stale-identity` of the identity cache: it names an id whose artifact is not on disk. Belongs to no server. */
export const staleIdentities = (registry: RegistryView, world: World): readonly Drift[] =>
  registry.identities
    .filter(({ agent, id }) => world.artifacts.get(artifactKey(agent, id))?.state === 'missing')
    .map(({ agent, id }) =>
      drift(['D', 'stale-identity'], `(${agent} identity cache)`, null, `${agent} conversation ${id} is not on disk`),
    );

/** D `stale-identity` of a running row: its artifact was seen before and is gone. One never written is pending, not stale. */
export const staleRows = (live: readonly LiveRow[], world: World): readonly Drift[] =>
  live.flatMap(({ row, server, agent }) => {
    const id = recordedId(row, agent);
    const key = id === null ? '' : artifactKey(agent.name, id);
    if (!world.seen.has(key) || world.artifacts.get(key)?.state !== 'missing') return [];
    return [
      drift(
        ['D', 'stale-identity'],
        row.name,
        server.address.label,
        `${agent.name} conversation ${id} is no longer on disk`,
      ),
    ];
  });
