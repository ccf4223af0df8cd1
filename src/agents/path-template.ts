import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { isConversationId, noSuchId } from './conversation-id.ts';
import { matchesGlob } from './glob.ts';
import { listFolder } from './list-folder.ts';
import type { AgentHomes, ArtifactState } from './types.ts';

/** Folders looked into for one artifact; beyond it the answer is "unknown". */
const FOLDER_CAP = 10_000;

/** Is there anything at a path template with `~`, `{id}`, and `*`/`?` within a segment? */
export function findByTemplate(template: string, id: string, homes: AgentHomes): ArtifactState {
  if (!isConversationId(id)) return noSuchId(id);
  const path = template.replace(/^~(?=\/|$)/, () => homes.home).replaceAll('{id}', () => id);
  if (!path.startsWith('/')) return { state: 'unknown', reason: `${template} is no absolute path` };
  try {
    const found = match(
      '/',
      path.split('/').filter((segment) => segment !== ''),
      { left: FOLDER_CAP },
    );
    return found === null ? { state: 'missing' } : { state: 'present', path: found };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return { state: 'unknown', reason: `${path}: ${errno}` };
  }
}

function match(folder: string, [segment, ...rest]: readonly string[], budget: { left: number }): string | null {
  if (segment === undefined) return folder;
  budget.left -= 1;
  if (budget.left < 0) throw Object.assign(new Error('too many folders'), { code: 'E2BIG' });
  const names = /[*?]/.test(segment) ? listFolder(folder).filter((name) => matchesGlob(segment, name)) : [segment];
  for (const name of names) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false }) === undefined ? null : match(path, rest, budget);
    if (found !== null) return found;
  }
  return null;
}
