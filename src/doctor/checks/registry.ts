import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { lockRegistry } from '../../registry/lock.ts';
import { readRegistry } from '../../registry/read-registry.ts';
import { printable } from '../../render/printable.ts';
import { commandLine } from '../../render/shell-quote.ts';
import { broken, type Check, ok, warning, wordsOf } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** Longer than any run of ours holds it; who holds it that long is hung. */
const PATIENCE_MS = 3000;

/** Is the registry there, readable, ours to lock, and nobody else's to write? */
export function checkRegistry({ settings }: Surroundings): readonly Check[] {
  if ('problem' in settings) return [];
  const path = settings.registry.value;
  if (!statSync(path, { throwIfNoEntry: false }))
    return [broken('registry', `${path} is not there`, 'tmux-drift init')];
  return [checkContent(path), ...checkWriters(path), checkLock(path)];
}

function checkContent(path: string): Check {
  try {
    const { rows, unreadable } = readRegistry(path);
    const detail = `${path}, ${rows.length} rows`;
    const [first] = unreadable;
    if (!first) return ok('registry', detail);
    return warning(
      'registry',
      `${detail}, and ${unreadable.length} that cannot be read (line ${first.line}: ${printable(first.reason)})`,
      `correct line ${first.line}`,
    );
  } catch (error) {
    return broken('registry', printable(wordsOf(error)), 'correct the file: nothing is written to it until then');
  }
}

/** Whoever may write it, or put another in its place, decides which sessions end and what is resumed. */
function checkWriters(path: string): readonly Check[] {
  const writable = (mode: number) => (mode & 0o022) !== 0;
  const folder = statSync(dirname(path));
  const sticky = (folder.mode & 0o1000) !== 0;
  return [
    ...(writable(statSync(path).mode)
      ? [warning('registry', 'others may write to it', commandLine(['chmod', 'go-w', path]))]
      : []),
    ...(writable(folder.mode) && !sticky
      ? [warning('registry', `others may write to its folder`, commandLine(['chmod', 'go-w', dirname(path)]))]
      : []),
  ];
}

function checkLock(path: string): Check {
  try {
    lockRegistry(path, { waitMs: PATIENCE_MS }).release();
    return ok('registry lock', `${path}.lock`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const mend = code === 'no-flock' ? 'install util-linux (flock), Perl or Python 3' : `ls -l ${path}.lock`;
    return broken(
      'registry lock',
      printable(wordsOf(error)),
      code === 'lock-timeout' ? `end whoever holds it: fuser -v ${path}.lock` : mend,
    );
  }
}
