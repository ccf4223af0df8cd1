import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from './measure.ts';

export interface InstructionFigure {
  readonly name: string;
  /** Millions of user-space instructions, median of three runs. */
  readonly millions: number;
  readonly ratio: number;
}

const RUNS = 3;

/** Counts instructions by valgrind, which no other load disturbs; the first case is the unit. Null where there is no valgrind. */
export function countInstructions(cases: readonly Case[]): readonly InstructionFigure[] | null {
  if (spawnSync('valgrind', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'tmux-drift-callgrind-'));
  try {
    const counts = cases.map(
      (one) => Array.from({ length: RUNS }, () => count(one, folder)).sort((a, b) => a - b)[1] ?? Number.NaN,
    );
    return cases.map(({ name }, index) => ({
      name,
      millions: counts[index] ?? Number.NaN,
      ratio: (counts[index] ?? Number.NaN) / (counts[0] ?? Number.NaN),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function count({ prepare, command }: Case, folder: string): number {
  prepare?.();
  const { argv, env = process.env, stdin, lock } = command();
  const out = join(folder, 'out');
  const valgrind = `exec valgrind --tool=callgrind --callgrind-out-file=${out} "$@"`;
  const script = `${lock ? 'exec 9>>"$LOCK"; flock 9; ' : ''}${stdin ? 'exec <"$STDIN"; ' : ''}${valgrind}`;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...argv], {
    encoding: 'utf8',
    env: { ...env, LOCK: lock, STDIN: stdin },
  });
  if (status !== 0) throw new Error(`valgrind ${argv.join(' ')}: exit ${status}: ${stderr.slice(-500)}`);
  return (
    Number(
      /^totals: (\d+)/m.exec(readFileSync(out, 'utf8'))?.[1] ?? /^summary: (\d+)/m.exec(readFileSync(out, 'utf8'))?.[1],
    ) / 1e6
  );
}
