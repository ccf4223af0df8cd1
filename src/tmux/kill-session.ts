/**
 * Ends one session, exactly that one. Invariant: the tmux server itself checks, in the command that kills, that the session with this id
 * is the one meant (its creation time, the start of its server's life): ids come back after a restart, and a name given as a target
 * is also a prefix and a pattern. Never by name: where only the name is known, the server is asked which id has it.
 */
import { spawnProcess } from '../process/spawn.ts';
import { observe } from './observe.ts';
import type { ServerAddress, ServerObservation } from './types.ts';

/** The session meant; null for what is not known of it. Without `sessionId` it is the one with exactly this name. */
export interface SessionIdentity {
  /** `$3` */
  readonly sessionId: string | null;
  /** `#{session_created}`, epoch seconds. */
  readonly created: number | null;
  /** `#{start_time}` of the server, epoch seconds. */
  readonly serverStarted: number | null;
  /** `#{pane_pid}` of one of its panes, now or at some time. */
  readonly panePid: number | null;
  readonly name: string;
}

/** `gone`: no such session, or no such server; `other`: the id is another session by now; `failed`: in words why. */
export type KillResult = 'killed' | 'gone' | 'other' | { readonly failed: string };
/** `marked`: the session lives on, because its server has `@drift-on-job-end mark`. */
export type JobEndResult = KillResult | 'marked';

/** Why a session is ended: a job's end heeds `@drift-on-job-end`, which its own server knows best, and knows at the moment of the kill. */
export type Occasion = 'asked' | 'job-end';

/** What other tools recorded as the creation time may be a little off. */
const CREATED_SLACK_S = 2;
const PATIENCE_MS = 2000;
/** A client call has room for 16 KiB, and a session takes up to 400 bytes of it. */
const AT_ONCE = 30;

/** Ends one session; tmux is the first on the PATH of `env`. */
export function killSession(address: ServerAddress, session: SessionIdentity, env = process.env): KillResult {
  const [result = 'gone'] = killSessions(address, [session], 'asked', env);
  // `asked` heeds no option.
  return result === 'marked' ? 'other' : result;
}

/** Ends sessions of one server, each as `killSession` does, in one client call; results in the order of `sessions`. */
export function killSessions(
  address: ServerAddress,
  sessions: readonly SessionIdentity[],
  occasion: Occasion,
  env = process.env,
): readonly JobEndResult[] {
  if (isRelative(address)) return sessions.map(() => ({ failed: 'the path of its socket is relative' }));
  const [server] = sessions.every(isProven) ? [] : observe([address], env);
  const found = sessions.map((session): Target | KillResult => {
    if (isProven(session)) return session;
    return server ? findByName(server, session) : 'gone';
  });
  const targets = found.filter(isTarget);
  const results = new Map<Target, JobEndResult>();
  for (let from = 0; from < targets.length; from += AT_ONCE) {
    const some = targets.slice(from, from + AT_ONCE);
    const answers = killTogether(address, some, occasion, env);
    some.forEach((target, index) => void results.set(target, answers[index] ?? { failed: 'tmux did not answer' }));
  }
  return found.map((target) => (isTarget(target) ? (results.get(target) ?? 'gone') : target));
}

/** A session that tmux can tell from every other one. */
interface Target extends SessionIdentity {
  readonly sessionId: string;
}

/** A relative path means another socket in every folder. */
const isRelative = ({ flags: [flag, value] }: ServerAddress): boolean => flag === '-S' && !value.startsWith('/');

/** An id alone proves nothing: it comes back with every new life of the server. */
const isProven = (session: SessionIdentity): session is Target =>
  /^\$\d+$/.test(session.sessionId ?? '') && (session.created !== null || session.serverStarted !== null);

const isTarget = (found: Target | KillResult): found is Target => typeof found === 'object' && 'sessionId' in found;

function findByName(server: ServerObservation, { name, sessionId, created }: SessionIdentity): Target | KillResult {
  if (server.state === 'unknown') return { failed: server.reason };
  if (server.state === 'absent') return 'gone';
  const session = server.sessions.find((candidate) => candidate.name === name);
  if (!session) return 'gone';
  const otherId = sessionId !== null && sessionId !== session.id;
  const otherBirth = created !== null && Math.abs(created - session.created) > CREATED_SLACK_S;
  if (otherId || otherBirth) return 'other';
  return { sessionId: session.id, created: session.created, serverStarted: server.started, panePid: null, name };
}

/**
 * One `if-shell` for each session. With a target that does not exist tmux expands formats for some other session, so the id is compared
 * too; and the answer is printed before the kill, because with its last session the server ends.
 */
function killTogether(
  address: ServerAddress,
  targets: readonly Target[],
  occasion: Occasion,
  env: NodeJS.ProcessEnv,
): readonly JobEndResult[] {
  const isMark = occasion === 'job-end' ? '#{==:#{@drift-on-job-end},mark}' : '0';
  const commands = targets.flatMap((target) => [
    ...['if-shell', '-F', '-t', target.sessionId, `#{&&:${isTheOne(target)},#{?${isMark},0,1}}`],
    `display-message -p 'killed ${target.sessionId}' ; kill-session -t '${target.sessionId}'`,
    `display-message -p -t '${target.sessionId}' 'spared ${target.sessionId} #{session_id}#{?${isMark}, marked,}'`,
    ';',
  ]);
  const argv = ['-u', ...address.flags, ...commands.slice(0, -1)];
  const { status, stdout, stderr, error } = spawnProcess('tmux', argv, { env, timeoutMs: PATIENCE_MS });
  const lines = new Set(stdout.toString().split('\n'));
  const answers = targets.map(({ sessionId: id }): JobEndResult | null => {
    if (lines.has(`killed ${id}`)) return 'killed';
    if (lines.has(`spared ${id} ${id} marked`)) return 'marked';
    if (lines.has(`spared ${id} ${id}`)) return 'other';
    return lines.has(`spared ${id} `) || lines.has(`spared ${id}  marked`) ? 'gone' : null;
  });
  if (!answers.includes(null)) return answers.map((answer) => answer ?? 'gone');
  const words = { error, said: stderr.toString().trim() || `exit ${status}` };
  const otherwise = unanswered(address, words, env);
  return answers.map((answer, index) => answer ?? otherwise(targets[index] as Target));
}

/**
 * A format that is true for exactly this session. A server may have been started twice within one second; of a session as old as its server
 * the pid of a pane says of which of the two lives it was: panes are forked by the server, and so have larger ones.
 */
function isTheOne({ sessionId, created, serverStarted, panePid }: Target): string {
  const facts = [
    ['#{session_id}', sessionId],
    ['#{session_created}', created],
    ['#{start_time}', serverStarted],
    [`#{e|<:#{pid},${panePid}}`, panePid !== null && created === serverStarted ? 1 : null],
  ].filter(([, value]) => value !== null);
  return `#{==:${facts.map(([format]) => format).join(' ')},${facts.map(([, value]) => value).join(' ')}}`;
}

/** What became of sessions that tmux said nothing about: no server any more, one that leaves just now, or one that cannot be asked. */
function unanswered(
  address: ServerAddress,
  { error, said }: { readonly error: string | null; readonly said: string },
  env: NodeJS.ProcessEnv,
): (target: Target) => KillResult {
  if (error === 'ETIMEDOUT') return () => ({ failed: 'tmux did not answer in time' });
  if (error) return () => ({ failed: `cannot start tmux: ${error}` });
  const [server] = observe([address], env);
  if (server?.state === 'absent') return () => 'gone';
  const sessions = server?.state === 'present' ? server.sessions : null;
  return ({ sessionId }) => (sessions?.every(({ id }) => id !== sessionId) ? 'gone' : { failed: said });
}
