import { EnvironmentError } from '../errors.ts';
import type { Row } from '../registry/types.ts';
import { type Resumption, resumeRow } from './resume.ts';
import type { Workplace } from './workplace.ts';

/** Dozens of agents that start in the same second starve each other and cut transcripts. */
const AT_ONCE = 4;

/**
 * Resumes rows, a few at a time, each with its own hold of the lock; results in the order of `rows`. `done` is called after each.
 * After SIGINT those that are under way are seen through, and no more are started: they have no result.
 */
export async function resumeAll(
  place: Workplace,
  rows: readonly Row[],
  done: () => void,
): Promise<readonly Resumption[]> {
  const results: Resumption[] = [];
  let next = 0;
  const stop = () => {
    next = rows.length;
  };
  process.once('SIGINT', stop);
  const work = async () => {
    for (let at = next++; at < rows.length; at = next++) {
      const row = rows[at];
      if (!row) return;
      results[at] = await resumeOne(place, row);
      done();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, work));
  process.off('SIGINT', stop);
  return results.filter((result) => result !== undefined);
}

/** What goes wrong with one row must not keep the others from coming back. */
async function resumeOne(place: Workplace, row: Row): Promise<Resumption> {
  try {
    return await resumeRow(place, row);
  } catch (error) {
    if (error instanceof EnvironmentError) return { row, outcome: 'failed', reason: error.message };
    throw error;
  }
}
