/**
 * The invariant of `create`: no row without a session, no session without a row, no job without both. All three come into being under one
 * hold of the registry's lock, in the order session, job file, row; when a step fails, those before it are taken back. A tmux event about
 * the new session waits for the same lock, and finds the row there.
 */

import { EnvironmentError } from '../errors.ts';
import { isoTime } from '../iso-time.ts';
import { type Job, newJobId, removeJob, writeJob } from '../jobs/job-files.ts';
import { traits } from '../pipeline/look.ts';
import { transact } from '../registry/transact.ts';
import type { Registry } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { createdRow } from './created-row.ts';
import { endStarted } from './end-started.ts';
import { endingOf, hold, recognise } from './first-moments.ts';
import { type Plan, planCreate, type Wish } from './plan-create.ts';
import { activeNames } from './rows.ts';
import { type Started, startSession } from './start-session.ts';
import { Undo } from './undo.ts';
import { now, type Workplace } from './workplace.ts';

export interface Created {
  readonly started: Started;
  readonly plan: Plan;
  readonly jobId: string | null;
}

/** Session, job file and row, or none of them. Throws the error of the step that failed. */
export function registerSession(place: Workplace, wish: Wish): Created {
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
  const id = newJobId(Date.now());
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
