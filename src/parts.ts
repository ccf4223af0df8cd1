/**
 * The parts of the program that the event path must not pay for, loaded when first asked for.
 *
 * Everything that is not needed by each tmux event is reached through `part()`, and by `import type` only otherwise:
 * a plain import would put it into the start-up part of the binary. Here, from source, a part is a synchronous
 * `require`; in the binary the build puts `parts.binary.ts` in place of this file.
 *
 * Each part is a bundle of its own, so a module of ours that both the start-up part and `cli` import exists twice in
 * the binary: pass plain data between the two, not classes to compare with `instanceof`.
 */
import { createRequire } from 'node:module';

export interface Parts {
  /** Every command for people: argument parsing and all that it needs. */
  cli: typeof import('./cli.ts');
  yaml: typeof import('yaml');
  mqtt: typeof import('mqtt');
  lockfile: typeof import('proper-lockfile');
}

const sources: Record<keyof Parts, string> = {
  cli: './cli.ts',
  yaml: 'yaml',
  mqtt: 'mqtt',
  lockfile: 'proper-lockfile',
};

const require = createRequire(import.meta.url);

export function part<K extends keyof Parts>(name: K): Parts[K] {
  return require(sources[name]);
}
