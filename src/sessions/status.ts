/** What `status` shows, as data: pure. The state of a session is what is true now, whatever the registry says yet. */
import type { Job, JobState } from '../jobs/job-files.ts';
import { serverOf } from '../reconcile/identity.ts';
import { matchRows } from '../reconcile/match-rows.ts';
import { type Drift, type SessionFacts, sessionKey, type World } from '../reconcile/types.ts';
import type { ConversationSource, Registry, Row } from '../registry/types.ts';
import { conversationOf } from './conversation-status.ts';

export type SessionState =
  /** Its session lives. */
  | 'running'
  /** Its session lives, its agent has exited. */
  | 'agent-exited'
  /** The registry says that it runs, and it does not. */
  | 'gone'
  /** Terminated: it ended with its server, or without anybody seeing it. `resume --lost` brings it back. */
  | 'lost'
  | 'terminated'
  /** Terminated, and a session of its name or its very session lives. */
  | 'still-alive'
  | 'archived'
  /** A live agent session without a row. */
  | 'unregistered'
  /** Its server cannot be asked. */
  | 'unknown';

/** `pending`: known, and nothing was written in it yet; `missing`: its file was there and is gone; `unknown`: nobody can tell. */
export type ConversationState = 'known' | 'pending' | 'missing' | 'unknown';

export interface SessionStatus {
  /** Null for a session without a row. */
  readonly row: Row | null;
  readonly name: string;
  readonly server: string;
  readonly agent: string | null;
  readonly state: SessionState;
  /** Words that go with the state: why it is unknown, how it ended. */
  readonly detail: string | null;
  readonly job: { readonly id: string; readonly state: JobState | null } | null;
  readonly conversation: {
    readonly id: string;
    readonly source: ConversationSource | null;
    readonly state: ConversationState;
  } | null;
  readonly cwd: string | null;
  /** Epoch seconds: of the start of a session that lives, of the end of one that does not. */
  readonly since: number | null;
  /** `$3` of the live session. */
  readonly sessionId: string | null;
}

/** What `status` is made from: one dry run of the pipeline, and the job files. */
export interface StatusFacts {
  readonly registry: Pick<Registry, 'rows'>;
  readonly world: World;
  readonly drifts: readonly Drift[];
  readonly job: (id: string) => Job | null;
}

/** Every session that a row or a drift is about, in the order of the registry. */
export function sessionStatuses(facts: StatusFacts): readonly SessionStatus[] {
  const { registry, world, drifts } = facts;
  const repairs = new Map(
    drifts.flatMap((drift) =>
      drift.edits.flatMap((edit) => (edit.kind === 'append' ? [] : [[edit.row.index, drift] as const])),
    ),
  );
  const matches = new Map(matchRows(registry.rows, world).map((match) => [match.row.index, match]));
  const rows = registry.rows.map((row): SessionStatus => {
    const match = matches.get(row.index);
    const repair = repairs.get(row.index) ?? null;
    if (!match) return ended(row, repair, facts);
    if (match.kind === 'same' || match.kind === 'renamed') {
      const live = world.sessions.get(sessionKey(match.server.address.socket, match.session.id));
      const exited = hasExited(row, facts);
      const state = {
        state: exited ? 'agent-exited' : 'running',
        detail: exited ? 'agent exited' : whatRuns(live),
      } as const;
      return {
        ...common(row, facts),
        ...state,
        name: match.session.name,
        since: match.session.created,
        sessionId: match.session.id,
      };
    }
    if (match.kind === 'unknown')
      return { ...common(row, facts), state: 'unknown', detail: whyUnknown(row, world), since: row.epoch };
    if (repair?.kind === 'replaced')
      return { ...common(row, facts), state: 'running', detail: 'another session', since: null };
    return { ...common(row, facts), state: 'gone', detail: 'not recorded yet', since: row.epoch };
  });
  return [...rows, ...unregistered(facts)];
}

function common(row: Row, facts: StatusFacts) {
  const { world, job } = facts;
  const agent = world.agentOf(row);
  return {
    row,
    name: row.name,
    server: serverOf(row, world)?.address.label ?? row.server,
    agent,
    job: row.jobId === null ? null : { id: row.jobId, state: jobStateOf(row) ?? job(row.jobId)?.state ?? null },
    conversation: conversationOf(row, agent, world),
    cwd: row.pane.cwd,
    sessionId: null,
  };
}

/** A row that was ended by its job's own event knows better than a job file, which may be missing or on another host. */
const jobStateOf = ({ terminationReason }: Row): JobState | null =>
  terminationReason === 'job-completed' ? 'completed' : terminationReason === 'job-error' ? 'error' : null;

const hasExited = (row: Row, { drifts, world }: StatusFacts): boolean =>
  drifts.some(
    (drift) =>
      drift.kind === 'agent-exited' && drift.name === row.name && drift.server === serverOf(row, world)?.address.label,
  );

const whatRuns = (live: SessionFacts | undefined): string | null =>
  live?.process === 'unknown'
    ? 'agent unknown'
    : live?.process === null && live.startedAs === null
      ? 'no agent seen'
      : null;

function whyUnknown(row: Row, world: World): string {
  const server = serverOf(row, world);
  return server?.state === 'unknown' ? server.reason : 'its server was not asked';
}

function ended(row: Row, repair: Drift | null, facts: StatusFacts): SessionStatus {
  const shared = common(row, facts);
  const since = row.terminatedAt ?? row.epoch;
  if (row.status === 'archived') return { ...shared, state: 'archived', detail: null, since };
  if (repair?.kind === 'revived') return { ...shared, state: 'running', detail: 'started again', since: null };
  const alive = facts.drifts.some(
    ({ kind, name, server }) => kind === 'still-alive' && name === row.name && server === shared.server,
  );
  if (alive) return { ...shared, state: 'still-alive', detail: 'a session of its name lives', since };
  const lost = row.terminationReason === 'lost';
  return { ...shared, state: lost ? 'lost' : 'terminated', detail: lost ? null : row.terminationReason, since };
}

function unregistered({ world, drifts }: StatusFacts): readonly SessionStatus[] {
  const missing = new Set(
    drifts.flatMap(({ kind, name, server }) => (kind === 'unregistered' ? [`${server} ${name}`] : [])),
  );
  return world.servers.flatMap((server) => {
    if (server.state !== 'present') return [];
    const { label, socket } = server.address;
    return server.sessions.flatMap((session): SessionStatus | [] => {
      if (!missing.has(`${label} ${session.name}`)) return [];
      const facts = world.sessions.get(sessionKey(socket, session.id));
      const what = {
        row: null,
        name: session.name,
        server: label,
        agent: facts?.agent ?? null,
        job: null,
        conversation: null,
      };
      return {
        ...what,
        state: 'unregistered',
        detail: 'no row yet',
        cwd: facts?.cwd ?? null,
        since: session.created,
        sessionId: session.id,
      };
    });
  });
}
