import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { realPath } from '../agents/real-path.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { attachCommand, startCommand } from '../reconcile/new-row.ts';
import { printable } from '../render/printable.ts';
import { commandLine } from '../render/shell-quote.ts';
import { chooseServer } from '../sessions/choose-server.ts';
import { createSession } from '../sessions/create.ts';
import { checkFolder } from '../sessions/folder.ts';
import { type Plan, planCreate, type Wish } from '../sessions/plan-create.ts';
import { checkPrompt } from '../sessions/prompt.ts';
import { activeNames } from '../sessions/rows.ts';
import { agentCalled, openWorkplace, refresh, type Workplace } from '../sessions/workplace.ts';

export interface CreateOptions {
  readonly registry?: string;
  readonly agent: string;
  readonly name?: string;
  readonly cwd?: string;
  readonly server?: string;
  readonly submitJob?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `create`: starts an agent session and registers it. Prints its name, so that a script can attach to it; words for people go to stderr. */
export async function create(options: CreateOptions, io: Io, agentOptions: readonly string[]): Promise<number> {
  const [first] = agentOptions;
  if (first !== undefined && !first.startsWith('-'))
    throw new UserError(
      'bad-use',
      `create: unexpected '${printable(first)}': options for the agent itself go behind --, a prompt is --submit-job`,
    );
  const place = openWorkplace(options.registry, io.env);
  const wish: Wish = {
    adapter: agentCalled(options.agent, place),
    name: options.name ?? null,
    cwd: realFolder(options.cwd ?? '.'),
    address: chooseServer(options.server, io.env),
    options: agentOptions,
    prompt: options.submitJob === undefined ? null : readPrompt(options.submitJob),
  };
  if (options.dryRun) {
    showPlan(wish, planCreate(wish, takenNow(place, wish), io.env), options, io);
    return 0;
  }
  refresh(place, 'repair');
  const { started, plan, jobId, warning } = await createSession(place, wish);
  // A conversation of the agent's own choice shows only now; known, it outlives a crash in the next second.
  if (plan.conversationId === null) refresh(place, 'repair');
  const { server, session } = started;
  const attach = attachCommand(server.address, session.name);
  if (options.json)
    io.out(json({ wish, plan, name: session.name, jobId, sessionId: session.id, attach, dryRun: false }));
  else io.out(`${session.name}\n`);
  io.err(
    `created ${printable(session.name)} on ${printable(server.address.label)}${jobId === null ? '' : `, working on ${jobId}`}\n`,
  );
  if (!options.json) io.err(`attach: ${printable(attach)}\n`);
  if (warning) io.err(`warning: ${warning}\n`);
  return 0;
}

/** As the agent itself will call it, symlinks followed. */
function realFolder(given: string): string {
  const folder = resolve(given);
  checkFolder(folder);
  return realPath(folder);
}

function readPrompt(given: string): string {
  return checkPrompt(given === '-' ? readFileSync(0, 'utf8') : given);
}

/** The names that a dry run finds taken. */
function takenNow(place: Workplace, { address }: Wish): ReadonlySet<string> {
  const { registry, world } = refresh(place, 'dry-run');
  const live = world.servers.flatMap((server) =>
    server.state === 'present' && server.address.socket === address.socket ? server.sessions : [],
  );
  return new Set([...live.map(({ name }) => name), ...activeNames(registry.rows, address, place.env)]);
}

function showPlan(wish: Wish, plan: Plan, { json: asJson }: CreateOptions, io: Io): void {
  const attach = attachCommand(wish.address, plan.name);
  if (asJson) io.out(json({ wish, plan, name: plan.name, jobId: null, sessionId: null, attach, dryRun: true }));
  else io.out(`${plan.name}\n`);
  io.err(`would run: ${printable(startCommand(wish.address, plan.name, wish.cwd, commandLine(plan.argv)))}\n`);
}

interface Result {
  readonly wish: Wish;
  readonly plan: Plan;
  readonly name: string;
  readonly jobId: string | null;
  readonly sessionId: string | null;
  readonly attach: string;
  readonly dryRun: boolean;
}

function json({ wish, plan, name, jobId, sessionId, attach, dryRun }: Result): string {
  const result = {
    format_version: '1.0',
    name,
    server: wish.address.label,
    agent: wish.adapter.name,
    cwd: wish.cwd,
    tmux_session_id: sessionId,
    conversation_id: plan.conversationId,
    job_id: jobId,
    attach_command: attach,
    dry_run: dryRun,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
