/**
 * The parts of the program, each loaded when first asked for: nobody pays for what they do not use.
 *
 * `main.ts` is tiny and picks `hooks` or `cli`. A package below is reached through `part()`, and by `import type` only
 * otherwise; the build refuses a plain import of it. Here, from source, a part is a synchronous `require`; in the binary
 * the build puts `parts.binary.ts` in place of this file.
 *
 * Each part is a bundle of its own, so a module of ours that both `hooks` and `cli` import exists twice in the binary.
 * What crosses from one part to another is plain data, not classes to compare with `instanceof`.
 */
import { createRequire } from 'node:module';

export interface Parts {
  /** What tmux and the agents call; must not load anything heavy. */
  hooks: typeof import('./hooks.ts');
  /** What hooks need now and then only. */
  rare: typeof import('./rare.ts');
  /** Every command for people: argument parsing and all that it needs. */
  cli: typeof import('./cli.ts');
  /** The config file's schema. */
  config: typeof import('./config-schema.ts');
  yaml: typeof import('yaml');
  mqtt: typeof import('mqtt');
  lockfile: typeof import('proper-lockfile');
}

const sources: Record<keyof Parts, string> = {
  hooks: './hooks.ts',
  rare: './rare.ts',
  cli: './cli.ts',
  config: './config-schema.ts',
  yaml: 'yaml',
  mqtt: 'mqtt',
  lockfile: 'proper-lockfile',
};

const require = createRequire(import.meta.url);

export function part<K extends keyof Parts>(name: K): Parts[K] {
  return require(sources[name]);
}
