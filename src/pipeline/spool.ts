import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { isCount } from '../is-count.ts';
import { isStill } from '../registry/held-lock.ts';

/**
 * Events that wait to be handled: one folder for each server, `<state>/spool/<socket path, / written as %>/`. scripts/event.sh and
 * scripts/hook.sh add a line for each to the file `events`, which costs them much less than a file for each. A run takes them by renaming
 * that file, and forgets them only after what they ask for is on disk, so a crash repeats events and loses none: handling them is
 * idempotent.
 */
export type SpooledEvent = TmuxEvent | HookCall | Asked;

interface Spooled {
  /** The file that holds its line. */
  readonly file: string;
  readonly socket: string;
}

export interface TmuxEvent extends Spooled {
  readonly kind: 'tmux';
  readonly hook: string;
  readonly sessionId: string;
  readonly noneLeft: boolean;
  readonly serverPid: number;
  readonly serverStarted: number;
}

export interface HookCall extends Spooled {
  readonly kind: 'agent-hook';
  readonly agent: string;
  readonly paneId: string;
  readonly serverPid: number;
  readonly event: string | null;
  /** The file with what the agent said. */
  readonly report: string;
  readonly payload: Buffer;
  /** Pids above the hook's process, the nearest first, where the front noted them. */
  readonly callers: readonly number[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** No event: here a front asked tmux. What stands before it came before that. */
export interface Asked extends Spooled {
  readonly kind: 'asked';
  /** What the front calls its question. */
  readonly question: string;
}

/** Where the fronts write. */
const OPEN = 'events';
/** What was taken: `taken.<epoch ms>.<pid>.<number>`. */
const TAKEN = 'taken.';

/** What is spooled, oldest first; of one server or of all. Lines that are no events are left out. */
export const readSpool = (stateDir: string, socket: string | null): readonly SpooledEvent[] =>
  foldersOf(stateDir, socket).flatMap((folder) => {
    const names = list(folder.path);
    return [...names.filter(isTaken), ...names.filter((name) => name === OPEN)].flatMap((name) =>
      eventsIn(folder, name),
    );
  });

/** A file of events that was taken. */
export type TakenFile = Pick<Spooled, 'file' | 'socket'>;

/** Takes all that is spooled now, so that it can be told from what comes later; answers the files that hold it, the newest last. */
export const takeSpool = (stateDir: string, socket: string | null): readonly TakenFile[] =>
  foldersOf(stateDir, socket).flatMap((folder) => {
    const before = list(folder.path).filter(isTaken);
    const now = `${TAKEN}${Date.now()}.${process.pid}.${before.length}`;
    unlessMissing(() => renameSync(join(folder.path, OPEN), join(folder.path, now)));
    return [...before, now].map((name) => ({ file: join(folder.path, name), socket: folder.socket }));
  });

/** Has a server sent something since its events were taken? */
export const hasNewEvents = (stateDir: string, socket: string): boolean => openBytes(stateDir, socket) > 0;

/** Waits until a server has sent nothing for some milliseconds, 100 at most: to look at it again and again meanwhile costs more. */
export function awaitQuiet(stateDir: string, socket: string): void {
  for (let waited = 0, before = -1; waited < MOST_WAIT_MS; waited += QUIET_MS) {
    const now = openBytes(stateDir, socket);
    if (now === before) return;
    before = now;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, QUIET_MS);
  }
}

const QUIET_MS = 4;
const MOST_WAIT_MS = 100;

const openBytes = (stateDir: string, socket: string): number =>
  statSync(join(folderOf(stateDir, socket).path, OPEN), { throwIfNoEntry: false })?.size ?? 0;

/** Forgets what files hold that were taken. */
export function removeSpooled(files: ReadonlySet<string>, events: readonly SpooledEvent[]): void {
  for (const event of events) {
    if (event.kind === 'agent-hook' && files.has(event.file)) unlessMissing(() => unlinkSync(event.report));
  }
  for (const file of files) unlessMissing(() => unlinkSync(file));
}

/** Lets the next front in. */
export function leaveGate(gate: string): void {
  unlessMissing(() => unlinkSync(gate));
}

/** Spools an agent's hook call as scripts/hook.sh does; `facts`: agent, pane, server's pid, event, callers. */
export function spoolHookCall(stateDir: string, socket: string, facts: string, payload: Buffer): void {
  const { path } = folderOf(stateDir, socket);
  const report = `report.${process.pid}-${Date.now()}`;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(join(path, report), payload, { mode: 0o600 });
  while (!isAdded(join(path, OPEN), `hook ${report} ${facts}\n`));
}

/** False when the file was taken meanwhile, perhaps before the line was in it. */
function isAdded(file: string, line: string): boolean {
  const fd = openSync(file, 'a', 0o600);
  try {
    writeSync(fd, line);
    return isStill(fd, file);
  } finally {
    closeSync(fd);
  }
}

interface Folder {
  readonly path: string;
  readonly socket: string;
}

const folderOf = (stateDir: string, socket: string): Folder => ({
  path: join(stateDir, 'spool', socket.replaceAll('/', '%')),
  socket,
});

const foldersOf = (stateDir: string, socket: string | null): readonly Folder[] =>
  socket === null
    ? list(join(stateDir, 'spool')).map((name) => folderOf(stateDir, name.replaceAll('%', '/')))
    : [folderOf(stateDir, socket)];

const isTaken = (name: string): boolean => name.startsWith(TAKEN);

function eventsIn(folder: Folder, name: string): readonly SpooledEvent[] {
  const text = unlessMissing(() => readFileSync(join(folder.path, name), 'utf8')) ?? '';
  return text.split('\n').flatMap((line) => parseLine(folder, name, line) ?? []);
}

function parseLine({ path, socket }: Folder, name: string, line: string): SpooledEvent | null {
  const file = join(path, name);
  const [word = '', ...facts] = line.split(' ');
  if (word === 'asked') return { kind: 'asked', file, socket, question: line };
  if (word === 'hook') return parseHookCall(path, { file, socket }, facts);
  const [id = '', left, pid = '', started = ''] = facts;
  if (!word.startsWith('session-') || (left !== 'left' && left !== 'none')) return null;
  if (facts.length !== 4 || ![id, pid, started].every(isCount)) return null;
  return {
    kind: 'tmux',
    file,
    socket,
    hook: word,
    sessionId: `$${id}`,
    noneLeft: left === 'none',
    serverPid: Number(pid),
    serverStarted: Number(started),
  };
}

/** `report.<…> <agent> <pane> <server pid> <event> <callers>`; `-` for an event or callers that are not known. */
function parseHookCall(path: string, spooled: Spooled, facts: readonly string[]): HookCall | null {
  const [, name = '', agent = '', pane, serverPid, event = '', callers = ''] =
    /^(report\.[\d-]+) ([a-z][\w-]*) (\d+) (\d+) ([\w-]+) ([\d-]+)$/.exec(facts.join(' ')) ?? [];
  const report = join(path, name);
  const read = name && unlessMissing(() => ({ payload: readFileSync(report), at: statSync(report).mtimeMs }));
  if (!read) return null;
  return {
    ...spooled,
    kind: 'agent-hook',
    agent,
    paneId: `%${pane}`,
    serverPid: Number(serverPid),
    event: event === '-' ? null : event,
    report,
    callers: callers.split('-').filter(Boolean).map(Number),
    ...read,
  };
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
