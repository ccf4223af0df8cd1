/** Where agy keeps its conversations. Source: agents.md §2; there is no documented way to move them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { isConversationId, noSuchId } from '../conversation-id.ts';
import { realPath } from '../real-path.ts';
import type { AgentHomes, ArtifactState } from '../types.ts';

export const agyFolder = (homes: AgentHomes): string => realPath(join(homes.home, '.gemini', 'antigravity-cli'));

/**
 * `conversations/<id>.db` (`.pb` before June 2026) together with `brain/<id>/`: without the latter agy hangs on resume. One without the
 * other is neither on disk nor gone, hence `unknown`.
 */
export function findConversation(id: string, homes: AgentHomes): ArtifactState {
  if (!isConversationId(id)) return noSuchId(id);
  const folder = agyFolder(homes);
  const paths = ['db', 'pb'].map((extension) => join(folder, 'conversations', `${id}.${extension}`));
  const brain = join(folder, 'brain', id);
  try {
    const path = paths.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
    if (path === undefined) return { state: 'missing' };
    const whole = statSync(brain, { throwIfNoEntry: false })?.isDirectory();
    return whole
      ? { state: 'present', path }
      : { state: 'unknown', reason: `${path} has no ${brain}: agy cannot resume it` };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return { state: 'unknown', reason: `${folder}: ${errno}` };
  }
}

/** Its readable transcript, or null as long as there is none. */
export function transcriptOf(id: string, homes: AgentHomes): string | null {
  const path = join(agyFolder(homes), 'brain', id, '.system_generated', 'logs', 'transcript.jsonl');
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : null;
}
