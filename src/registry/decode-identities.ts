import { isNull, type MapNode, resolved } from './tree.ts';
import type { Identity } from './types.ts';

/** `agent_identities` of a whole file's map. What has another shape there is left out: nothing is ever repaired in it. */
export function decodeIdentities(root: MapNode): readonly Identity[] {
  const entry = root.entries.find(({ key }) => key === 'agent_identities');
  const agents = entry && resolved(entry.value);
  if (agents?.kind !== 'map') return [];
  return agents.entries.flatMap(({ key, value }) => {
    const id = identityOf(resolved(value));
    return key === null || id === null ? [] : [{ agent: key, id }];
  });
}

/** `{session_id: …}`, `{conversation_id: …}`, any other key that ends in `id`, or the id itself. */
function identityOf(node: ReturnType<typeof resolved>): string | null {
  if (node.kind === 'scalar') return isNull(node) ? null : node.text || null;
  if (node.kind !== 'map') return null;
  const ids = node.entries.filter(({ key, value }) => key?.endsWith('id') && value.kind === 'scalar' && !isNull(value));
  const best = ids.find(({ key }) => key === 'session_id' || key === 'conversation_id') ?? ids[0];
  return best?.value.kind === 'scalar' ? best.value.text || null : null;
}
