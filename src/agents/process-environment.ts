import { readFileSync } from 'node:fs';
import { errnoOf } from '../errors.ts';

/**
 * Some variables of a live process, as it was started with (Linux `/proc/<pid>/environ`); a variable that it does not have is `undefined`.
 * Null where that cannot be read (another system, another user's process, gone).
 */
export function readEnvironment(
  pid: number,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> | null {
  if (process.platform !== 'linux') return null;
  try {
    const environ = `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
    return Object.fromEntries(names.map((name) => [name, valueIn(environ, `\0${name}=`)]));
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

function valueIn(environ: string, mark: string): string | undefined {
  const at = environ.indexOf(mark);
  return at === -1 ? undefined : environ.slice(at + mark.length, environ.indexOf('\0', at + mark.length));
}
