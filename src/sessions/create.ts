import { homesFrom } from '../agents/homes.ts';
import type { AgentProcess } from '../agents/types.ts';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { changeJob } from '../jobs/job-files.ts';
import { commandLine } from '../render/shell-quote.ts';
import { abandon } from './abandon.ts';
import { letGo, settle, type Watched } from './first-moments.ts';
import { handOver } from './hand-over.ts';
import { Interruption } from './interrupted.ts';
import type { Plan, Wish } from './plan-create.ts';
import { type Created, registerSession } from './register-session.ts';
import { announce, note, now, type Workplace } from './workplace.ts';

type Settled = Created & {
  /** What could not be written down or told about a session that is there and works. */
  readonly warning: string | null;
};

/** What was started, when the agent is up and has its prompt. Throws when anything failed, or on SIGINT: then nothing of it is left. */
export async function createSession(place: Workplace, wish: Wish): Promise<Settled> {
  const interruption = new Interruption();
  try {
    const created = registerSession(place, wish);
    const watched: Watched = { started: created.started, adapter: wish.adapter, env: place.env };
    try {
      await interruption.orWork(getGoing(watched, created.plan));
    } catch (error) {
      throw abandon(place, created, error);
    }
    letGo(watched);
    return { ...created, warning: tell(place, created) };
  } finally {
    interruption.end();
  }
}

async function getGoing(watched: Watched, plan: Plan): Promise<void> {
  await stays(watched, plan);
  if (plan.paste === null) return;
  await handOver(watched, plan.paste);
  await stays(watched, plan);
}

/** Waits until the agent is in its conversation, or has lived for a while. Throws when it ends. */
async function stays(watched: Watched, plan: Plan): Promise<void> {
  const ending = await settle(watched, (process) => isIn(watched, process, plan.conversationId));
  if (ending) throw new EnvironmentError('agent-ended', `${watched.adapter.name} did not stay: ${ending}`);
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
  const held = adapter.evidence(process, homesFrom(env)).filter(({ source }) => source === 'process');
  return held.some((one) => id === null || one.id === id);
}
