/**
 * A batch of job messages becomes one change of the registry. The order is what makes a crash harmless: journal, registry written, job
 * files, news for the outbox, sessions ended, and only then may the caller acknowledge. Whatever is delivered again after a crash finds its row
 * terminated already, and ends the session that still lives under it.
 */
import { EnvironmentError } from '../errors.ts';
import { appendJournal } from '../journal.ts';
import { endJobs, type JobEnd, type JobVerdict } from '../reconcile/job-ended.ts';
import { transact } from '../registry/transact.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import type { Environment } from '../settings.ts';
import type { JobEndResult } from '../tmux/kill-session.ts';
import { endSessions } from './end-sessions.ts';
import { endEntries, endLine, ignoredEntries, killEntries } from './job-entries.ts';
import { changeJob } from './job-files.ts';
import { type Message, readJobMessage } from './job-message.ts';
import { queueLifecycles } from './outbox.ts';
import { terminatedEvent } from './terminated-event.ts';

export interface ApplyContext {
  readonly registryPath: string;
  readonly stateDir: string;
  readonly jobsDir: string;
  readonly onJobEnd: 'kill' | 'mark';
  readonly baseTopic: string;
  readonly env: Environment;
}

/** What became of one message: a line for people, and whether it may be acknowledged. */
export interface Applied {
  readonly kind: JobVerdict['kind'] | 'other' | 'ignored';
  readonly line: string;
  readonly settled: boolean;
}

type Killed = ReadonlyMap<Row, JobEndResult>;

/** Applies messages in their order; results in the same order. Throws what the registry or the state folder says; then nothing is settled. */
export function applyMessages(messages: readonly Message[], context: ApplyContext): readonly Applied[] {
  const { stateDir, jobsDir, onJobEnd, baseTopic, env } = context;
  const now = Math.floor(Date.now() / 1000);
  const words = messages.map((message) => readJobMessage(message, baseTopic));
  const ends = words.flatMap((word) => (word.kind === 'end' ? [word.end] : []));
  appendJournal(stateDir, now, ignoredEntries(words));
  const verdicts = ends.length > 0 ? writeEnds(context, ends, now) : [];
  noteInJobFiles(jobsDir, ends, verdicts, now);
  const terminated = verdicts.flatMap((verdict) => verdict.terminated);
  queueLifecycles(
    stateDir,
    terminated.flatMap((row) => terminatedEvent(row, now)),
  );
  const sessions = verdicts.flatMap((verdict) => verdict.sessions);
  const killed: Killed = onJobEnd === 'kill' ? endSessions(sessions, env) : new Map();
  appendJournal(stateDir, now, killEntries(killed));
  const endsApplied = ends.map((end, index) => [end, verdicts[index] as JobVerdict] as const).values();
  return words.map((word, index): Applied => {
    const message = messages[index] as Message;
    if (word.kind === 'ignored')
      return { kind: 'ignored', settled: true, line: `ignored: ${word.why} (${printable(message.topic)})` };
    if (word.kind === 'other')
      return { kind: 'other', settled: true, line: `job ${printable(word.jobId)} ${word.event}` };
    const [end, verdict] = endsApplied.next().value as readonly [JobEnd, JobVerdict];
    return {
      kind: verdict.kind,
      settled: message.dup || !hasFailed(verdict, killed),
      line: endLine(end, verdict, killed),
    };
  });
}

/** The job's own file, where there is one, says what became of it, too. */
function noteInJobFiles(jobsDir: string, ends: readonly JobEnd[], verdicts: readonly JobVerdict[], now: number): void {
  ends.forEach(({ jobId, event }, index) => {
    if (verdicts[index]?.kind !== 'too-old') changeJob(jobsDir, jobId, { state: event }, now);
  });
}

/** An editor that takes no lock may change the file under us. */
const TRIES = 3;

function writeEnds(
  { registryPath, stateDir }: ApplyContext,
  ends: readonly JobEnd[],
  now: number,
): readonly JobVerdict[] {
  for (let attempt = 1; ; attempt++) {
    try {
      return transact(registryPath, ({ rows }) => {
        const { edits, verdicts } = endJobs(rows, ends, now);
        // Nothing is changed that is not in the journal, even by a run that is killed right behind it.
        appendJournal(stateDir, now, endEntries(ends, verdicts));
        return { edits, result: verdicts };
      });
    } catch (error) {
      if (!(error instanceof EnvironmentError && error.code === 'registry-changed') || attempt === TRIES) throw error;
    }
  }
}

/**
 * A session that tmux could not end keeps its message from being acknowledged, so that it comes again; but once only (`dup`), because
 * messages that never get acknowledged would fill the window in which the broker sends others. What lives on then is drift `still-alive`.
 */
const hasFailed = ({ sessions }: JobVerdict, killed: Killed): boolean =>
  sessions.some(({ row }) => typeof killed.get(row) === 'object');
