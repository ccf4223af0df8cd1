/**
 * Starts an agent session and registers it. Invariant: no row without a session, no session without a row, no job without both. All three
 * come into being under one hold of the registry's lock, in the order session, job file, row; when a step fails, those before it are
 * taken back. A tmux event about the new session waits for the same lock, and finds the row there.
 */
import { homesFrom } from '../agents/homes.ts';
import type { AgentProcess } from '../agents/types.ts';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { changeJob, type Job, newJobId, removeJob, writeJob } from '../jobs/job-files.ts';
import { traits } from '../pipeline/look.ts';
import { isoTime } from '../reconcile/new-row.ts';
import { transact } from '../registry/transact.ts';
import type { Registry } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { commandLine } from '../render/shell-quote.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { abandon } from './abandon.ts';
import { createdRow } from './created-row.ts';
import { endStarted } from './end-started.ts';
import { endingOf, hold, letGo, recognise, settle, type Watched } from './first-moments.ts';
import { handOver } from './hand-over.ts';
import { type Plan, planCreate, type Wish } from './plan-create.ts';
import { activeNames } from './rows.ts';
import { type Started, startSession } from './start-session.ts';
import { Undo } from './undo.ts';
import { announce, note, now, type Workplace } from './workplace.ts';

export interface Created {
  readonly started: Started;
  readonly plan: Plan;
  readonly jobId: string | null;
}

type Settled = Created & {
  /** What could not be written down or told about a session that is there and works. */
  readonly warning: string | null;
};

/** What was started, when the agent is up and has its prompt. Throws when anything failed: then nothing of it is left. */
export async function createSession(place: Workplace, wish: Wish): Promise<Settled> {
  const created = register(place, wish);
  const { started, plan } = created;
  const watched: Watched = { started, adapter: wish.adapter, env: place.env };
  try {
    await stays(watched, plan);
    if (plan.paste !== null) {
      await handOver(watched, plan.paste);
      await stays(watched, plan);
    }
  } catch (error) {
    throw abandon(place, created, error);
  }
  letGo(watched);
  return { ...created, warning: tell(place, created) };
}

/** Waits until the agent is in its conversation, or has lived for a while. Throws when it ends. */
async function stays(watched: Watched, plan: Plan): Promise<void> {
  const ending = await settle(watched, (process) => isIn(watched, process, plan.conversationId));
  if (ending) throw new EnvironmentError('agent-ended', `${watched.adapter.name} did not stay: ${ending}`);
}

/** Session, job file and row, or none of them. */
function register(place: Workplace, wish: Wish): Created {
  const undo = new Undo();
  let created: Created | null = null;
  try {
    return transact(place.registryPath, (registry) => {
      const plan = planCreate(wish, takenNames(place, registry, wish.address), place.env);
      const started = start(place, wish, plan, undo);
      const process = recognise({ started, adapter: wish.adapter, env: place.env });
      const jobId = wish.prompt === null ? null : submit(place, wish, started, undo);
      const agent = traits(wish.adapter, place.settings);
      const { lasting, conversationId } = plan;
      const row = createdRow({
        started,
        agent,
        lasting,
        cwd: wish.cwd,
        process,
        conversationId,
        jobId,
        at: Date.now(),
      });
      created = { started, plan, jobId };
      return { edits: [{ kind: 'append', value: row }], result: created };
    });
  } catch (error) {
    // The row is there; only whether it would survive a power cut is unsure.
    if (created && error instanceof EnvironmentError && error.code === 'write-unsure') return created;
    throw undo.after(error);
  }
}

/** Names that cannot be given on this server. Throws when the server cannot be asked, or when the wanted name is among them. */
function takenNames(place: Workplace, registry: Registry, address: ServerAddress): ReadonlySet<string> {
  const [server] = observe([address], place.env);
  if (server?.state === 'unknown')
    throw new EnvironmentError(
      'server-unknown',
      `cannot ask tmux server ${printable(address.label)}: ${printable(server.reason)}`,
    );
  const live = server?.state === 'present' ? server.sessions.map(({ name }) => name) : [];
  return new Set([...live, ...activeNames(registry.rows, address, place.env)]);
}

function start(place: Workplace, { adapter, cwd, address }: Wish, { name, argv }: Plan, undo: Undo): Started {
  const started = startSession({ address, name, cwd, argv, env: place.env });
  undo.add(() => endStarted(started, place.env));
  const watched = { started, adapter, env: place.env };
  hold(watched);
  const ending = endingOf(watched);
  if (ending) throw new EnvironmentError('agent-ended', `${adapter.name} did not start: ${ending}`);
  return started;
}

function submit(place: Workplace, { adapter, cwd, prompt }: Wish, { session, server }: Started, undo: Undo): string {
  const time = now();
  const id = newJobId(time);
  const iso = isoTime(time);
  const where = { agent: adapter.name, session: session.name, server: server.address.label, cwd };
  const job: Job = { id, state: 'submitted', prompt, ...where, createdAt: iso, updatedAt: iso, message: null };
  writeJob(place.jobsDir, job);
  undo.add(() => {
    removeJob(place.jobsDir, id);
    return null;
  });
  return id;
}

function tell(place: Workplace, { started, plan, jobId }: Created): string | null {
  const session = started.session.name;
  const server = started.server.address.label;
  try {
    if (jobId !== null) {
      changeJob(place.jobsDir, jobId, { state: 'working' }, now());
      announce(
        place,
        (['submitted', 'started'] as const).map((event) => ({ event, jobId, session, server })),
      );
    }
    const about = jobId === null ? '' : `, working on ${jobId}`;
    note(place, {
      what: 'done',
      kind: 'create',
      name: session,
      server,
      session: started.session.id,
      msg: `created: ${commandLine(plan.lasting)}${about}`,
    });
    return null;
  } catch (error) {
    if (errnoOf(error) === null && !(error instanceof EnvironmentError)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** The agent is where it should be: in the conversation that we chose, or in one of its own making that it holds. */
function isIn({ adapter, env }: Watched, process: AgentProcess, id: string | null): boolean {
  const held = adapter.evidence(process, homesFrom(env)).find(({ source }) => source === 'process');
  return held !== undefined && (id === null || held.id === id);
}
