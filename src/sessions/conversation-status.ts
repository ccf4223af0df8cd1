import type { ArtifactState } from '../agents/types.ts';
import { recordedId } from '../reconcile/conversation.ts';
import { isActive } from '../reconcile/match-rows.ts';
import { artifactKey, type World } from '../reconcile/types.ts';
import type { Row } from '../registry/types.ts';
import type { ConversationState, SessionStatus } from './status.ts';

/** What a row says of its conversation, and what the run saw of it. */
export function conversationOf(row: Row, agent: string | null, world: World): SessionStatus['conversation'] {
  const traits = agent === null ? undefined : world.agents.get(agent);
  const id = recordedId(row, traits);
  if (id === null || !traits) return null;
  const key = artifactKey(traits.name, id);
  const found = world.artifacts.get(key) ?? { state: 'unknown' };
  return {
    id,
    source: row.conversation?.source ?? null,
    state: conversationState(found, world.seen.has(key) || !isActive(row)),
  };
}

/** `over`: what is not on disk will not come any more. */
function conversationState({ state }: Pick<ArtifactState, 'state'>, over: boolean): ConversationState {
  if (state === 'present') return 'known';
  return state === 'unknown' ? 'unknown' : over ? 'missing' : 'pending';
}

/** With a look at the conversation of a session that has ended: the pipeline looks only at those of live ones. */
export function withConversation(
  status: SessionStatus,
  artifact: (row: Row, agent: string, id: string) => ArtifactState,
): SessionStatus {
  const { row, agent, conversation } = status;
  if (!row || isActive(row) || agent === null || !conversation) return status;
  return {
    ...status,
    conversation: { ...conversation, state: conversationState(artifact(row, agent, conversation.id), true) },
  };
}
