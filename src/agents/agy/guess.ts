/**
 * The last rung: conversations written and born since the process started whose workspace is its folder. `cache/last_conversations.json`
 * is not asked: while a conversation is live it names the one before, and every agy process rewrites it.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isConversationId } from '../conversation-id.ts';
import { listReadable } from '../list-folder.ts';
import { readHead } from '../read-head.ts';
import type { AgentHomes, AgentProcess, Evidence } from '../types.ts';
import { agyFolder, transcriptOf } from './files.ts';
import { hasPresence } from './presence.ts';

const SCAN_BYTES = 1_048_576;

/** Conversations that the process may be in. `continues`: it was started to go on with one that is older than itself. */
export function guessConversations(process: AgentProcess, continues: boolean, homes: AgentHomes): readonly Evidence[] {
  const { cwd } = process;
  if (cwd === null) return [];
  const folder = join(agyFolder(homes), 'conversations');
  const since = process.startedAt * 1000;
  return listReadable(folder).flatMap((name): readonly Evidence[] => {
    const id = name.endsWith('.db') ? name.slice(0, -'.db'.length) : '';
    if (!isConversationId(id)) return [];
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || (!continues && stat.birthtimeMs < since)) return [];
    const written = Math.max(stat.mtimeMs, statSync(`${path}-wal`, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    // A presence lock exists: were this process in the conversation, it would hold it, and there were no need to guess.
    if (written < since || hasPresence(id, homes) || !worksIn(cwd, path)) return [];
    return [{ id, source: 'guess', observedAt: Math.floor(written), transcript: transcriptOf(id, homes) }];
  });
}

/** Does the database, or its write-ahead log, name the folder as its workspace? A scan for the URI: the blob's schema is not public. */
function worksIn(cwd: string, database: string): boolean {
  const uris = [...new Set([cwd, encodeURI(cwd), cwd.split('/').map(encodeURIComponent).join('/')])].map((path) =>
    Buffer.from(`file://${path}`),
  );
  return [database, `${database}-wal`].some((path) => {
    const bytes = readHead(path, SCAN_BYTES)?.bytes;
    return bytes !== undefined && uris.some((uri) => holdsUri(bytes, uri));
  });
}

/** The URI as a whole: a protobuf string of just this length, or followed by what cannot be part of a path. */
function holdsUri(bytes: Buffer, uri: Buffer): boolean {
  for (let at = bytes.indexOf(uri); at !== -1; at = bytes.indexOf(uri, at + 1)) {
    const next = bytes[at + uri.length] ?? 0;
    if (bytes[at - 1] === uri.length || next < 0x20 || next === 0x22) return true;
  }
  return false;
}
