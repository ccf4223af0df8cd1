import { readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';

/**
 * Events that wait to be handled: one file each under `<state>/spool/<socket path, / written as %>/`, written by scripts/event.sh
 * and scripts/hook.sh, with everything in the file's name (an agent's hook has its JSON as content). A file is removed only after what
 * it asks for is on disk, so a crash repeats events and loses none: handling them is idempotent.
 */
export type SpooledEvent =
  | {
      readonly kind: 'tmux';
      readonly file: string;
      readonly socket: string;
      readonly hook: string;
      readonly sessionId: string;
      readonly noneLeft: boolean;
      readonly serverPid: number;
      readonly serverStarted: number;
    }
  | {
      readonly kind: 'agent-hook';
      readonly file: string;
      readonly socket: string;
      readonly agent: string;
      readonly paneId: string;
      readonly serverPid: number;
      readonly event: string | null;
      readonly payload: Buffer;
      /** Pids above the hook's process, the nearest first, where the front noted them. */
      readonly callers: readonly number[];
      /** Epoch milliseconds. */
      readonly at: number;
    };

/** What is spooled, oldest first; of one server or of all. Files that are not events are left alone. */
export function readSpool(stateDir: string, socket: string | null): readonly SpooledEvent[] {
  const root = join(stateDir, 'spool');
  const sockets = socket === null ? list(root).map((folder) => folder.replaceAll('%', '/')) : [socket];
  return sockets.flatMap((from) => {
    const folder = join(root, from.replaceAll('/', '%'));
    return list(folder).flatMap((name) => parseEvent(join(folder, name), name, from) ?? []);
  });
}

/** Forgets events that were handled. */
export function removeSpooled(events: readonly SpooledEvent[]): void {
  for (const { file } of events) unlessMissing(() => unlinkSync(file));
}

function parseEvent(file: string, name: string, socket: string): SpooledEvent | null {
  const tmux = /^(session-[a-z]+)\.(\d+)\.(left|none)\.(\d+)\.(\d+)\./.exec(name);
  if (tmux) {
    const [, hook, id, left, pid, started] = tmux as unknown as [string, string, string, string, string, string];
    return {
      kind: 'tmux',
      file,
      socket,
      hook,
      sessionId: `$${id}`,
      noneLeft: left === 'none',
      serverPid: Number(pid),
      serverStarted: Number(started),
    };
  }
  const agent = /^hook\.([a-z][\w-]*)\.(\d+)\.(\d+)\.([\w-]+)\.[^.]*(?:\.([\d-]+))?$/.exec(name);
  if (!agent) return null;
  const [, agentName, pane, pid, event, callers = ''] = agent as unknown as [string, string, string, string, string];
  const read = unlessMissing(() => ({ payload: readFileSync(file), at: statSync(file).mtimeMs }));
  return (
    read && {
      kind: 'agent-hook',
      file,
      socket,
      agent: agentName,
      paneId: `%${pane}`,
      serverPid: Number(pid),
      event: event === '-' ? null : event,
      callers: callers.split('-').filter(Boolean).map(Number),
      ...read,
    }
  );
}

const list = (folder: string): readonly string[] => unlessMissing(() => readdirSync(folder).sort()) ?? [];

/** Null when there is nothing by that name (any more). */
function unlessMissing<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
