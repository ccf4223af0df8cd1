import type { Command } from 'commander';
import { candidates, type Sources } from '../completion/candidates.ts';
import { SCRIPTS, type Shell } from '../completion/scripts.ts';
import { EnvironmentError, UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { listJobs } from '../jobs/job-files.ts';
import { isActive } from '../reconcile/match-rows.ts';
import { readRegistry } from '../registry/read-registry.ts';
import type { Row } from '../registry/types.ts';
import { openWorkplace, type Workplace } from '../sessions/workplace.ts';

/** `completion`: prints what a shell evaluates to complete our command line. */
export function completion(shell: Shell, io: Io): number {
  io.out(SCRIPTS[shell]);
  return 0;
}

/** `complete -- WORDS`: what those scripts ask; one candidate a line, a tab before its description. */
export function complete(program: Command, words: readonly string[], io: Io): number {
  const found = candidates(program, words, sources(io));
  io.out(found.map(({ value, description }) => `${value}\t${description}\n`).join(''));
  return 0;
}

/** Read when asked for. A file that cannot be read offers nothing: this is not the place to complain. */
function sources(io: Io): Sources {
  const names = (wanted: (row: Row) => boolean) =>
    quietly(io, ({ registryPath }) =>
      readRegistry(registryPath)
        .rows.filter(wanted)
        .map(({ name }) => name),
    );
  const jobs = () => quietly(io, ({ jobsDir }) => listJobs(jobsDir).map(({ id }) => id));
  return {
    'create --agent': () => quietly(io, ({ adapters }) => adapters.map(({ name }) => name)),
    'delete name': () => names(isActive),
    'resume names': () => names(({ status }) => status === 'terminated'),
    'show id': jobs,
    'complete id': jobs,
    'fail id': jobs,
  };
}

function quietly(io: Io, read: (place: Workplace) => readonly string[]): readonly string[] {
  try {
    return [...new Set(read(openWorkplace(undefined, io.env)))];
  } catch (error) {
    if (error instanceof UserError || error instanceof EnvironmentError) return [];
    throw error;
  }
}
