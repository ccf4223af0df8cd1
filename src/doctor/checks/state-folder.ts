import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { printable } from '../../render/printable.ts';
import { commandLine } from '../../render/shell-quote.ts';
import { stateFolder } from '../../settings.ts';
import { unsafeBecause } from '../../state-folder.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** Is the state folder ours alone, and did the last event that tmux sent go well? */
export function checkStateFolder({ env }: Surroundings): readonly Check[] {
  const path = stateFolder(env);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [ok('state folder', `${path} (made at the first run)`)];
  const why = unsafeBecause(stat);
  if (why) return [broken('state folder', `${path}: ${why}`, commandLine(['chmod', '700', path]))];
  return [ok('state folder', path), ...lastError(path)];
}

/** scripts/lib/front.sh keeps the last words of a run that failed. */
function lastError(path: string): readonly Check[] {
  const words = readIfThere(join(path, 'last-error')).trim();
  return words === '' ? [] : [warning('last event', printable(words), 'tmux-drift reconcile')];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
