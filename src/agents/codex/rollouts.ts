/**
 * codex's threads: `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<local time>-<uuid>.jsonl` (`.jsonl.zst` when older than a week) and
 * `archived_sessions/`. Line 1 tells about the thread; later `session_meta` lines of a fork are its parent's. Facts: agents.md §3.
 */
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { isoMillis } from '../../iso-time.ts';
import { isConversationId, noSuchId } from '../conversation-id.ts';
import { isObject, type JsonObject, parseObject } from '../json-object.ts';
import { listFolder } from '../list-folder.ts';
import { readHead } from '../read-head.ts';
import { realPath } from '../real-path.ts';
import type { AgentHomes, ArtifactState } from '../types.ts';

/** Line 1 may hold the whole base instructions. */
const FIRST_LINE_CAP = 4_194_304;
const DAY_MS = 86_400_000;

export const codexFolder = (homes: AgentHomes): string => realPath(homes.env.CODEX_HOME || join(homes.home, '.codex'));

/** The thread's id in a rollout's file name, or null. */
export const threadOf = (name: string): string | null =>
  /^rollout-.*-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl(\.zst)?$/i.exec(name)?.[1] ?? null;

/** Is the thread on disk? First in the folder of its birth day, which a UUIDv7 begins with, then everywhere. */
export function findRollout(id: string, homes: AgentHomes): ArtifactState {
  if (!isConversationId(id)) return noSuchId(id);
  const root = codexFolder(homes);
  try {
    const path =
      inFolders(birthFolders(id, root), id) ??
      inFolders([join(root, 'archived_sessions')], id) ??
      inFolders(dayFolders(root), id);
    return path === null ? { state: 'missing' } : { state: 'present', path };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return { state: 'unknown', reason: `${root}: ${errno}` };
  }
}

/** `session_meta` of a rollout's first line; null when it cannot be read (compressed, cut, not written yet). */
export function metaOf(path: string): JsonObject | null {
  const head = readHead(path, 65_536);
  const whole = head?.cut && !head.bytes.includes(0x0a) ? readHead(path, FIRST_LINE_CAP) : head;
  const line = parseObject(whole?.bytes.toString().split('\n', 1)[0] ?? '');
  const payload = line?.payload;
  return line?.type === 'session_meta' && isObject(payload) ? payload : null;
}

/** A sub-agent's thread takes no turns of the user: binding it sends `resume` into an endless error. */
export const isSubAgents = (meta: JsonObject): boolean => meta.thread_source === 'subagent' || isObject(meta.source);

/** A thread of a terminal; not of `codex exec`, the desktop application or an editor, which work in the same folders. */
export const isTerminals = (meta: JsonObject): boolean =>
  meta.source === undefined || meta.source === 'cli' || meta.originator === 'codex-tui';

/** Folders of the days on which threads can have been born since then (local dates: a day of slack on both sides). */
export function foldersSince(epochMs: number, homes: AgentHomes): Iterable<string> {
  const root = codexFolder(homes);
  const days = Math.min(Math.ceil((Date.now() - epochMs) / DAY_MS) + 2, 400);
  return days >= 400
    ? dayFolders(root)
    : Array.from({ length: days + 1 }, (_, day) => dayFolder(root, epochMs + (day - 1) * DAY_MS));
}

function inFolders(folders: Iterable<string>, id: string): string | null {
  for (const folder of folders) {
    const name = listFolder(folder).find((candidate) => threadOf(candidate) === id);
    if (name !== undefined) return join(folder, name);
  }
  return null;
}

function birthFolders(id: string, root: string): readonly string[] {
  const born = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return id.charAt(14) === '7' ? [0, -1, 1].map((day) => dayFolder(root, born + day * DAY_MS)) : [];
}

function* dayFolders(root: string): Generator<string> {
  const sessions = join(root, 'sessions');
  for (const year of listFolder(sessions)) {
    for (const month of listFolder(join(sessions, year))) {
      for (const day of listFolder(join(sessions, year, month))) yield join(sessions, year, month, day);
    }
  }
}

const dayFolder = (root: string, epochMs: number): string =>
  join(root, 'sessions', ...isoMillis(epochMs).slice(0, 10).split('-'));
