/**
 * Brings a terminated session back with its conversation. Invariant: one conversation never gets two agents. Everything that could stand
 * against it is looked at under the registry's lock, in which the session is started and the row set to running: whoever comes second
 * finds the row running.
 */
import { homesFrom } from '../agents/homes.ts';
import { reopenJob } from '../jobs/job-files.ts';
import { traits } from '../pipeline/look.ts';
import { conversationFacts } from '../reconcile/conversation.ts';
import { rowEdits } from '../reconcile/drift.ts';
import { TERMINATION_FIELDS } from '../reconcile/revived.ts';
import { tmuxFacts } from '../reconcile/tmux-facts.ts';
import { transact } from '../registry/transact.ts';
import type { Edit, Row } from '../registry/types.ts';
import { observe } from '../tmux/observe.ts';
import { checkResume, type Resumable } from './check-resume.ts';
import { endStarted } from './end-started.ts';
import { hold, letGo, recognise, settle, type Watched } from './first-moments.ts';
import { liveConversations } from './live-conversations.ts';
import { putBack } from './put-back.ts';
import { activeNames, addressOfRow, sameRow } from './rows.ts';
import { type Started, startInPane, startSession } from './start-session.ts';
import { Undo } from './undo.ts';
import { announce, note, now, type Workplace } from './workplace.ts';

/** What became of one row. */
export type Resumption =
  | { readonly row: Row; readonly outcome: 'resumed'; readonly conversationId: string }
  /** Somebody else was quicker. */
  | { readonly row: Row; readonly outcome: 'already-running' }
  /** Nothing was started. */
  | { readonly row: Row; readonly outcome: 'refused'; readonly reason: string }
  /** It was started, did not stay or went elsewhere, and was ended again. */
  | { readonly row: Row; readonly outcome: 'failed'; readonly reason: string };

/** Resumes one row; resolves when its agent is up, or it is known why not. Throws where the registry or tmux cannot be used at all. */
export async function resumeRow(place: Workplace, row: Row): Promise<Resumption> {
  const back = bringBack(place, row);
  if (back === 'already-running') return { row, outcome: back };
  if (typeof back === 'string') return { row, outcome: 'refused', reason: back };
  const { started, resumable } = back;
  const { adapter, conversationId } = resumable;
  const watched: Watched = { started, adapter, env: place.env };
  let elsewhere: string | null = null;
  const ending = await settle(watched, (process) => {
    const held = adapter.evidence(process, homesFrom(place.env)).filter(({ source }) => source === 'process');
    const there = held.some(({ id }) => id === conversationId);
    // Told to resume what it does not know, an agent may open a conversation of its own and say nothing.
    elsewhere = there ? null : (held[0]?.id ?? null);
    return there;
  });
  const reason = ending ?? (elsewhere && `it opened conversation ${elsewhere} instead`);
  if (reason !== null) {
    putBack(place, row, started);
    return { row, outcome: 'failed', reason };
  }
  letGo(watched);
  tell(place, row, started, conversationId);
  return { row, outcome: 'resumed', conversationId };
}

/** What a resume would do now, without a lock and without doing it. */
export function wouldResume(place: Workplace, row: Row, rows: readonly Row[]): Resumable | string {
  return checkResume(
    row,
    { rows, server: serverOf(place, row), open: liveConversations(place.adapters, place.env) },
    place,
  );
}

function bringBack(
  place: Workplace,
  wanted: Row,
): { readonly started: Started; readonly resumable: Resumable } | string {
  const undo = new Undo();
  try {
    return transact<{ readonly started: Started; readonly resumable: Resumable } | string>(
      place.registryPath,
      ({ rows }) => {
        const row = sameRow(rows, wanted);
        if (!row)
          return {
            edits: [],
            result: isRunning(place, wanted, rows) ? 'already-running' : 'its row was changed by somebody else',
          };
        const resumable = wouldResume(place, row, rows);
        if (typeof resumable === 'string') return { edits: [], result: resumable };
        const started = start(place, row, resumable, undo);
        return { edits: runningAgain(place, row, resumable, started), result: { started, resumable } };
      },
    );
  } catch (error) {
    throw undo.after(error);
  }
}

const isRunning = ({ env }: Workplace, wanted: Row, rows: readonly Row[]): boolean =>
  activeNames(rows, addressOfRow(wanted, env), env).has(wanted.name);

const serverOf = ({ env }: Workplace, row: Row) => {
  const [server] = observe([addressOfRow(row, env)], env);
  if (!server) throw new Error('a server that was asked is neither there nor not there');
  return server;
};

function start(
  place: Workplace,
  { name }: Row,
  { address, argv, cwd, paneId, adapter }: Resumable,
  undo: Undo,
): Started {
  const what = { address, name, cwd, argv, env: place.env };
  const started = paneId === null ? startSession(what) : startInPane(what, paneId);
  undo.add(() => endStarted(started, place.env));
  hold({ started, adapter, env: place.env });
  return started;
}

function runningAgain(
  { settings, env }: Workplace,
  row: Row,
  resumable: Resumable,
  { server, session }: Started,
): readonly Edit[] {
  const { adapter, conversationId: id, transcript, cwd } = resumable;
  const process = recognise({ started: { server, session }, adapter, env });
  const facts = { agent: adapter.name, process, pids: [], startedAs: adapter.name, cwd, evidence: [], candidates: [] };
  const evidence = { id, source: 'chosen', observedAt: Date.now(), transcript } as const;
  return rowEdits(row, {
    ...(session.name === row.name ? {} : { name: session.name }),
    status: 'running',
    ...tmuxFacts(server, session, facts),
    ...(process === null && row.childPid !== null ? { child_pid: 0 } : {}),
    ...conversationFacts(traits(adapter, settings), evidence),
    ...TERMINATION_FIELDS,
  });
}

function tell(place: Workplace, { name, jobId }: Row, { server, session }: Started, id: string): void {
  const { label } = server.address;
  if (jobId !== null) {
    reopenJob(place.jobsDir, jobId, now());
    announce(place, [{ event: 'resumed', jobId, session: name, server: label }]);
  }
  note(place, {
    what: 'done',
    kind: 'resume',
    name,
    server: label,
    session: session.id,
    msg: `resumed with conversation ${id}`,
  });
}
