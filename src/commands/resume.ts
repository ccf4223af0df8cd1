import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { readRegistry } from '../registry/read-registry.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { progress } from '../render/progress.ts';
import { table } from '../render/table.ts';
import { endedRows, rowCalled } from '../sessions/pick-rows.ts';
import { type Resumption, wouldResume } from '../sessions/resume.ts';
import { resumeAll } from '../sessions/resume-all.ts';
import { openWorkplace, refresh, type Workplace } from '../sessions/workplace.ts';

export interface ResumeOptions {
  readonly registry?: string;
  readonly lost?: boolean;
  readonly all?: boolean;
  readonly server?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `resume`: brings terminated sessions back. Exit code 0 when everything asked for runs, 1 when something was refused or did not stay. */
export async function resume(options: ResumeOptions, io: Io, names: readonly string[]): Promise<number> {
  checkUse(options, names);
  const place = openWorkplace(options.registry, io.env);
  const before = refresh(place, options.dryRun ? 'dry-run' : 'repair');
  // What a real run has just repaired is not in what it read.
  const { rows } = options.dryRun ? before.registry : readRegistry(place.registryPath);
  const wanted =
    options.lost || options.all
      ? endedRows(options.all ? 'all' : 'lost', rows, place)
      : names.map((name) => rowCalled(name, options.server, rows, place));
  const results = options.dryRun ? foresee(place, wanted, rows) : await carryOut(place, wanted);
  show(results, options, io);
  // What the status bar counts may have been these very sessions.
  if (!options.dryRun && results.some(({ outcome }) => outcome === 'resumed')) refresh(place, 'repair');
  if (results.length < wanted.length) return INTERRUPTED;
  return results.every(({ outcome }) => outcome === 'resumed' || outcome === 'already-running') ? 0 : 1;
}

const INTERRUPTED = 130;

function checkUse({ lost, all }: ResumeOptions, names: readonly string[]): void {
  const ways = [names.length > 0, lost, all].filter(Boolean).length;
  if (ways === 1) return;
  throw new UserError(
    'bad-use',
    ways === 0 ? 'resume what? Give names, --lost or --all' : 'give either names, or --lost, or --all',
  );
}

function foresee(place: Workplace, wanted: readonly Row[], rows: readonly Row[]): readonly Resumption[] {
  return wanted.map((row) => {
    const answer = wouldResume(place, row, rows);
    return typeof answer === 'string'
      ? { row, outcome: 'refused', reason: answer }
      : { row, outcome: 'resumed', conversationId: answer.conversationId };
  });
}

async function carryOut(place: Workplace, wanted: readonly Row[]): Promise<readonly Resumption[]> {
  const bar = progress('resuming', wanted.length);
  try {
    return await resumeAll(place, wanted, bar.step);
  } finally {
    bar.end();
  }
}

function show(results: readonly Resumption[], { json, dryRun = false }: ResumeOptions, io: Io): void {
  if (json) {
    const sessions = results.map((result) => ({
      name: result.row.name,
      server: result.row.server,
      outcome: result.outcome,
      conversation_id: result.outcome === 'resumed' ? result.conversationId : null,
      reason: 'reason' in result ? result.reason : null,
    }));
    io.out(`${JSON.stringify({ format_version: '1.0', sessions, dry_run: dryRun }, null, 2)}\n`);
  } else if (results.length > 0) {
    const columns = [
      { title: 'OUTCOME' },
      { title: 'SESSION' },
      { title: 'SERVER' },
      { title: 'CONVERSATION OR REASON' },
    ];
    const cells = results.map((result) => [
      wordFor(result, dryRun),
      printable(result.row.name),
      printable(result.row.server),
      detail(result),
    ]);
    io.out(table(columns, cells, null));
  }
  io.err(`${summary(results, dryRun)}\n`);
}

const wordFor = ({ outcome }: Resumption, dryRun: boolean): string =>
  dryRun && outcome === 'resumed' ? 'would resume' : outcome;

const detail = (result: Resumption): string =>
  result.outcome === 'resumed' ? result.conversationId : 'reason' in result ? printable(result.reason) : '';

function summary(results: readonly Resumption[], dryRun: boolean): string {
  if (results.length === 0) return 'nothing to resume';
  const count = (outcome: Resumption['outcome']) => results.filter((result) => result.outcome === outcome).length;
  const parts = [
    `${count('resumed')} ${dryRun ? 'would be resumed' : 'resumed'}`,
    ...(count('already-running') > 0 ? [`${count('already-running')} already running`] : []),
    ...(count('refused') > 0 ? [`${count('refused')} refused`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
  ];
  return parts.join(', ');
}
