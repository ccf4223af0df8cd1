/**
 * `<config>/sessions/<pid>.json`: the CLI's own statement of the conversation that a live process is in. Undocumented, so every value is
 * checked. It outlives a SIGKILL: it counts only if `procStart` is the live process's start time, or, where that is missing or
 * cannot be compared, if the file was written after the process started (only the process of that pid writes it).
 * Before 2.1.236 it could lag behind `/clear` (anthropics/claude-code #95439): a hook outranks it.
 */
import { isUuid } from '../conversation-id.ts';
import { type JsonObject, parseObject, stringOf } from '../json-object.ts';
import { listReadable } from '../list-folder.ts';
import { readHead } from '../read-head.ts';
import type { AgentHomes, AgentProcess, Evidence } from '../types.ts';
import { configFolders, nearTranscript } from './transcripts.ts';

const RECORD_CAP = 65_536;
const RECORDS_CAP = 1000;

/** What the record of this very process says; null: there is none that can be trusted. */
export function liveRecord(process: AgentProcess, homes: AgentHomes): Evidence | null {
  for (const folder of configFolders(homes)) {
    const file = readHead(`${folder}/sessions/${process.pid}.json`, RECORD_CAP);
    const record = file && !file.cut ? parseObject(file.bytes.toString()) : null;
    const id = record && stringOf(record, 'sessionId');
    if (!file || !record || !id || !isUuid(id) || record.pid !== process.pid) continue;
    if (!isOf(process, record, file.mtimeMs)) continue;
    const transcript = nearTranscript(id, stringOf(record, 'cwd') ?? process.cwd, homes);
    return { id, source: 'process', observedAt: Math.floor(file.mtimeMs), transcript };
  }
  return null;
}

/** Conversations that records of other processes name, alive or not: never a guess for this one. */
export function idsOfOthers(process: AgentProcess, homes: AgentHomes): ReadonlySet<string> {
  const ids = configFolders(homes).flatMap((folder) =>
    listReadable(`${folder}/sessions`)
      .filter((name) => /^\d+\.json$/.test(name) && name !== `${process.pid}.json`)
      .slice(0, RECORDS_CAP)
      .flatMap((name) => {
        const record = parseObject(readHead(`${folder}/sessions/${name}`, RECORD_CAP)?.bytes.toString() ?? '');
        return (record && stringOf(record, 'sessionId')) ?? [];
      }),
  );
  return new Set(ids);
}

function isOf(process: AgentProcess, record: JsonObject, mtimeMs: number): boolean {
  const start = record.procStart;
  if (process.startTicks !== null && (typeof start === 'number' || typeof start === 'string'))
    return String(process.startTicks) === String(start);
  return mtimeMs >= process.startedAt * 1000;
}
