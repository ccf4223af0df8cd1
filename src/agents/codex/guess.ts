/** The last rung: the user's threads in the process's own folder that were born and written since it started. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stringOf } from '../json-object.ts';
import { listReadable } from '../list-folder.ts';
import { realPath } from '../real-path.ts';
import type { AgentHomes, AgentProcess, Evidence } from '../types.ts';
import { foldersSince, isSubAgents, isTerminals, metaOf, threadOf } from './rollouts.ts';

/** Threads that the process may be writing; one that it goes on with is older than itself, and found by its lock or open file only. */
export function guessThreads(process: AgentProcess, homes: AgentHomes): readonly Evidence[] {
  const { cwd } = process;
  if (cwd === null) return [];
  const since = process.startedAt * 1000;
  return [...foldersSince(since, homes)].flatMap((folder) =>
    listReadable(folder).flatMap((name): readonly Evidence[] => {
      const id = threadOf(name);
      if (id === null) return [];
      const transcript = join(folder, name);
      const stat = statSync(transcript, { throwIfNoEntry: false });
      if (!stat || stat.birthtimeMs < since || stat.mtimeMs < since) return [];
      const meta = metaOf(transcript);
      const folderOfThread = meta && stringOf(meta, 'cwd');
      if (!meta || isSubAgents(meta) || !isTerminals(meta) || !folderOfThread || realPath(folderOfThread) !== cwd)
        return [];
      return [{ id, source: 'guess', observedAt: Math.floor(stat.mtimeMs), transcript }];
    }),
  );
}
