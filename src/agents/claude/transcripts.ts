/**
 * Where Claude keeps conversations: `<config>/projects/<key>/<uuid>.jsonl`. The file name is the identity; the key only a short cut.
 * Paths are put together as they are: `join` walks them character by character, which a cold start of a hundred panes feels.
 */
import { statSync } from 'node:fs';
import { errnoOf } from '../../errors.ts';
import { isConversationId, noSuchId } from '../conversation-id.ts';
import { listFolder, listReadable } from '../list-folder.ts';
import type { AgentHomes, ArtifactState } from '../types.ts';
import { projectKeys } from './project-key.ts';

/** `CLAUDE_CONFIG_DIR` (a comma list in the field), else `~/.claude` and, of 1.0.30, `~/.config/claude`. */
export function configFolders(homes: AgentHomes): readonly string[] {
  const set = (homes.env.CLAUDE_CONFIG_DIR ?? '').split(',').filter((folder) => folder !== '');
  return set.length > 0 ? set : [`${homes.home}/.claude`, `${homes.home}/.config/claude`];
}

/** Is the conversation on disk? First under the keys of `cwd`, then under every project: a worktree, `/cd` or a renamed key moves it. */
export function findTranscript(id: string, cwd: string | null, homes: AgentHomes): ArtifactState {
  if (!isConversationId(id)) return noSuchId(id);
  const near = transcriptIn(cwd === null ? [] : projectFolders(cwd, homes), id);
  if (near.state === 'present') return near;
  const everywhere = configFolders(homes).map((folder) => `${folder}/projects`);
  let unknown = near.state === 'unknown' ? near : null;
  for (const projects of everywhere) {
    const found = transcriptUnder(projects, id);
    if (found.state === 'present') return found;
    if (found.state === 'unknown') unknown = found;
  }
  return unknown ?? { state: 'missing' };
}

/** The conversation's file under the keys of `cwd` alone: a few stats. Null: not there (yet), or not to be told. */
export function nearTranscript(id: string, cwd: string | null, homes: AgentHomes): string | null {
  const near = transcriptIn(cwd === null ? [] : projectFolders(cwd, homes), id);
  return near.state === 'present' ? near.path : null;
}

/** The folders that `cwd` may have under `projects/`, existing or not. */
export function projectFolders(cwd: string, homes: AgentHomes): readonly string[] {
  const keys = projectKeys(cwd);
  return configFolders(homes).flatMap((config) => {
    const projects = `${config}/projects`;
    return keys.flatMap(({ kind, text }) =>
      kind === 'exact'
        ? [`${projects}/${text}`]
        : listReadable(projects)
            .filter((name) => name.startsWith(text))
            .map((name) => `${projects}/${name}`),
    );
  });
}

function transcriptUnder(projects: string, id: string): ArtifactState {
  try {
    return transcriptIn(
      listFolder(projects).map((key) => `${projects}/${key}`),
      id,
    );
  } catch (error) {
    return unknownBecause(projects, error);
  }
}

function transcriptIn(folders: readonly string[], id: string): ArtifactState {
  let unknown: ArtifactState | null = null;
  for (const folder of folders) {
    const path = `${folder}/${id}.jsonl`;
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return { state: 'present', path };
    } catch (error) {
      unknown = unknownBecause(path, error);
    }
  }
  return unknown ?? { state: 'missing' };
}

function unknownBecause(path: string, error: unknown): ArtifactState {
  const errno = errnoOf(error);
  if (errno === null) throw error;
  return { state: 'unknown', reason: `${path}: ${errno}` };
}
