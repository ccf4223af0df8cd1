/** Which system calls the binary makes on our files, and what happens when one of them fails. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from './attempt.ts';

export const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** One call in the order of a run. */
export interface SystemCall {
  readonly name: string;
  /** Counted among the calls of this name: how strace is told which one. */
  readonly nth: number;
  /** The file that it is about: numbers and random parts of temporary names are stars. */
  readonly file: string;
}

/** What the kernel is made to say: `error=EIO`, `signal=KILL`, `retval=5`. */
export type Injection = string;

const TRACED = ['openat', 'read', 'pread64', 'write', 'fsync', 'fchmod', 'utimensat', 'rename', 'close', 'getdents64'];

export interface Place {
  /** What is not below this folder is none of our files. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The binary and its arguments, and what strace itself is run by. */
  readonly words: { readonly before: readonly string[]; readonly binary: readonly string[] };
}

/** Every call on a file below the folder, in one run without faults. Only the main thread touches files. */
export async function callsOf(place: Place): Promise<readonly SystemCall[]> {
  await traced(place, TRACED.join(','), []);
  return callsIn(place);
}

interface Faulty {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs the binary with one call failing; null when that was another call, and `retry` says which one to try instead. */
export async function runWithFault(
  place: Place,
  { name, nth, file }: SystemCall,
  injection: Injection,
): Promise<Faulty | { readonly retry: SystemCall }> {
  const result = await traced(place, name, ['-e', `inject=${name}:${injection}:when=${nth}`]);
  const calls = callsIn(place);
  if (calls.some((call) => call.nth === nth && call.file === file)) return result;
  // How often threads wake each other differs from run to run.
  return { retry: calls.findLast((call) => call.file === file) ?? { name, nth, file } };
}

const traced = ({ folder, env, words }: Place, names: string, options: readonly string[]) =>
  finished(
    [
      ...words.before,
      'strace',
      '-y',
      '-qq',
      '-o',
      join(folder, 'trace'),
      '-e',
      `trace=${names}`,
      ...options,
      ...words.binary,
    ],
    env,
    6000,
  );

function callsIn({ folder }: Place): readonly SystemCall[] {
  const counts = new Map<string, number>();
  return readFileSync(join(folder, 'trace'), 'latin1')
    .split('\n')
    .flatMap((line): SystemCall | [] => {
      const name = /^(\w+)\(/.exec(line)?.[1];
      if (name === undefined) return [];
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      const file = fileIn(line, folder);
      return file === null ? [] : { name, nth, file };
    });
}

/** The first path of the line that is the folder or below it. */
function fileIn(line: string, folder: string): string | null {
  const at = line.search(new RegExp(`${folder}[/>"]`));
  if (at < 0) return null;
  const path = /^[^">]*/.exec(line.slice(at))?.[0] ?? '';
  return path.slice(folder.length + 1).replace(/\.\d+\.[a-z0-9]+\.tmp$/, '.*.tmp') || '.';
}
