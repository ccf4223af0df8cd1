/**
 * `presence/<id>.lock`: the live process holds an exclusive flock on it for as long as it is in that conversation, from the first turn on;
 * it moves with `/new` and `/resume`, and the kernel frees it at death. The files are never removed: only the holder counts.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isConversationId } from '../conversation-id.ts';
import { flocked } from '../held-files.ts';
import type { AgentHomes } from '../types.ts';
import { agyFolder } from './files.ts';

/** Conversations whose presence lock the process holds. Null: that cannot be told here. */
export function presentIn(pid: number, homes: AgentHomes): readonly string[] | null {
  const names = flocked(pid, join(agyFolder(homes), 'presence'));
  if (names === null) return null;
  const ids = names.filter((name) => name.endsWith('.lock')).map((name) => name.slice(0, -'.lock'.length));
  return ids.filter(isConversationId);
}

/** This version of agy keeps a presence lock for the conversation, held by someone or not. */
export const hasPresence = (id: string, homes: AgentHomes): boolean =>
  existsSync(join(agyFolder(homes), 'presence', `${id}.lock`));
