/**
 * The last rung: transcripts in the process's own folder that were written since it started. "Newest file wins" gave whole fleets one id
 * (agent-of-empires #1522), so a file must also have been born in this process's time, unless the process was told to go on with an older
 * one, its text must name this very folder (two folders can share a key), and no record of another process may name it.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isUuid } from '../conversation-id.ts';
import { parseObject, stringOf } from '../json-object.ts';
import { listReadable } from '../list-folder.ts';
import { readHead } from '../read-head.ts';
import { realPath } from '../real-path.ts';
import type { AgentHomes, AgentProcess, Evidence } from '../types.ts';
import { idsOfOthers } from './live-record.ts';
import { projectFolders } from './transcripts.ts';

const HEAD_BYTES = 65_536;

/** Transcripts that the process may be writing. `continues`: it was started to go on with a conversation that is older than itself. */
export function guessTranscripts(process: AgentProcess, continues: boolean, homes: AgentHomes): readonly Evidence[] {
  const { cwd } = process;
  if (cwd === null) return [];
  const since = process.startedAt * 1000;
  const written = projectFolders(cwd, homes).flatMap((folder) =>
    listReadable(folder).flatMap((name): readonly Evidence[] => {
      const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : '';
      if (!isUuid(id)) return [];
      const transcript = join(folder, name);
      const stat = statSync(transcript, { throwIfNoEntry: false });
      if (!stat || stat.mtimeMs < since || (!continues && stat.birthtimeMs < since)) return [];
      return [{ id, source: 'guess', observedAt: Math.floor(stat.mtimeMs), transcript }];
    }),
  );
  if (written.length === 0) return [];
  const others = idsOfOthers(process, homes);
  return written.filter(
    ({ id, transcript }) => !others.has(id) && transcript !== null && folderNamedIn(transcript) === cwd,
  );
}

/** The first `cwd` in a transcript's head; null for a sub-agent's file, or when no line has one yet. */
function folderNamedIn(transcript: string): string | null {
  for (const line of (readHead(transcript, HEAD_BYTES)?.bytes.toString() ?? '').split('\n')) {
    const entry = parseObject(line);
    if (entry?.isSidechain === true) return null;
    const cwd = entry && stringOf(entry, 'cwd');
    if (cwd) return realPath(cwd);
  }
  return null;
}
