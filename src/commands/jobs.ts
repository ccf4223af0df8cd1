import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { checkJobId, type Job, listJobs, readJob } from '../jobs/job-files.ts';
import { age } from '../render/age.ts';
import { printable } from '../render/printable.ts';
import { table } from '../render/table.ts';
import { endJob, type JobEnding } from '../sessions/end-job.ts';
import { now, openWorkplace, refresh } from '../sessions/workplace.ts';

export interface JobsOptions {
  readonly registry?: string;
  readonly json?: boolean;
  readonly message?: string;
}

/** `jobs list`: all job files. */
export function listCommand(options: JobsOptions, io: Io): number {
  const jobs = listJobs(openWorkplace(options.registry, io.env).jobsDir);
  if (options.json) {
    io.out(`${JSON.stringify({ format_version: '1.0', jobs: jobs.map(asJson) }, null, 2)}\n`);
    return 0;
  }
  if (jobs.length === 0) {
    io.err('no jobs\n');
    return 0;
  }
  const columns = [
    { title: 'JOB' },
    { title: 'STATE' },
    { title: 'SESSION', narrowest: 12 },
    { title: 'AGE' },
    { title: 'PROMPT', narrowest: 10 },
  ];
  const rows = jobs.map((job) => [
    printable(job.id),
    job.state,
    printable(job.session ?? '-'),
    age(job.createdAt === null ? null : Date.parse(job.createdAt) / 1000, now()),
    printable(job.prompt?.split('\n')[0] ?? ''),
  ]);
  io.out(table(columns, rows, io.columns));
  return 0;
}

/** `jobs show`: one job file, as text for people or as JSON. */
export function showCommand(options: JobsOptions, io: Io, id: string): number {
  const { jobsDir } = openWorkplace(options.registry, io.env);
  const job = readJob(jobsDir, checkJobId(id));
  if (!job) throw new UserError('no-such-job', `no job '${printable(id)}' in ${jobsDir}`, 1);
  if (options.json) {
    io.out(`${JSON.stringify({ format_version: '1.0', ...asJson(job) }, null, 2)}\n`);
    return 0;
  }
  const { prompt, ...facts } = asJson(job);
  const lines = Object.entries(facts).map(([key, value]) => `${`${key}:`.padEnd(12)} ${printable(value ?? '-')}`);
  io.out(`${lines.join('\n')}\n\n${(prompt ?? '').split('\n').map(printable).join('\n')}\n`);
  return 0;
}

/** `jobs complete` and `jobs fail`: the job is over, and so is its session. */
export function endCommand(event: JobEnding['event']) {
  return (options: JobsOptions, io: Io, id: string): number => {
    const place = openWorkplace(options.registry, io.env);
    // An agent's hook may call this from inside the very session that it ends.
    process.on('SIGHUP', () => {});
    refresh(place, 'repair');
    const { job, terminated, left } = endJob(place, { jobId: id, event, message: options.message ?? null });
    if (options.json) {
      const result = {
        format_version: '1.0',
        job_id: id,
        state: job?.state ?? event,
        terminated: terminated.map(({ name, server }) => ({ name, server })),
      };
      io.out(`${JSON.stringify(result, null, 2)}\n`);
    }
    const sessions = terminated.map(({ name }) => printable(name)).join(', ');
    io.err(
      `job ${printable(id)} ${event === 'completed' ? 'completed' : 'failed'}${sessions ? `, ended ${sessions}` : ''}\n`,
    );
    for (const one of left) io.err(`its session lives on: ${one}\n`);
    return left.length > 0 ? 1 : 0;
  };
}

const asJson = ({ id, state, session, server, agent, cwd, createdAt, updatedAt, message, prompt }: Job) => ({
  job_id: id,
  state,
  session,
  server,
  agent,
  cwd,
  created_at: createdAt,
  updated_at: updatedAt,
  message,
  prompt,
});
