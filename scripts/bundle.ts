/**
 * The bundles that the binary is made of: the start-up part, and the parts of `src/parts.ts`.
 * They reach each other through `part()` only, so that each package exists once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { Parts } from '../src/parts.ts';

export const root = join(import.meta.dirname, '..');
export const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const entries: Record<keyof Parts, string> = {
  cli: join(root, 'src/cli.ts'),
  yaml: 'yaml',
  mqtt: 'mqtt',
  lockfile: 'proper-lockfile',
};

export const partNames = Object.keys(entries) as (keyof Parts)[];

/** Writes `main.js` and one `<part>.js` for each part into a folder. */
export async function bundleAll(folder: string): Promise<void> {
  const main = build({
    ...common,
    entryPoints: [join(root, 'src/main.ts')],
    outfile: join(folder, 'main.js'),
    inject: [join(root, 'src/trace.binary.ts')],
    plugins: [swapParts(join(root, 'src/parts.binary.ts')), keepPackagesOut],
  });
  const parts = partNames.map((name) =>
    build({
      ...common,
      entryPoints: [entries[name]],
      outfile: join(folder, `${name}.js`),
      banner: { js: '(function (exports, require, module, part) {' },
      footer: { js: '})' },
      plugins: name === 'cli' ? [swapParts(null), lazyChildProcess, keepPackagesOut] : [],
    }),
  );
  await Promise.all([main, ...parts]);
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node26',
  // The binary reads bundles as latin1, see src/parts.binary.ts.
  charset: 'ascii',
  minify: true,
  // An uncaught error prints the line it was thrown from.
  lineLimit: 200,
  legalComments: 'none',
  define: { TMUX_DRIFT_VERSION: JSON.stringify(version), 'import.meta.url': '""' },
  // There is nothing to import from at run time but Node itself.
  supported: { 'dynamic-import': false },
  external: ['bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
};

/** Puts a file in place of `src/parts.ts`; for a part, the `part` that the start-up part hands to it. */
function swapParts(path: string | null): Plugin {
  return {
    name: 'swap-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/parts\.ts$/ }, () => (path ? { path } : { path: 'parts', namespace: 'handed' }));
      onLoad({ filter: /./, namespace: 'handed' }, () => ({ contents: 'exports.part = part' }));
    },
  };
}

/** A part that is imported instead of asked for would be in the binary twice, and be paid for by every event. */
const keepPackagesOut: Plugin = {
  name: 'keep-packages-out',
  setup({ onResolve }) {
    onResolve({ filter: /^(yaml|mqtt|proper-lockfile)(\/|$)/ }, ({ path, importer }) => ({
      errors: [{ text: `${importer} imports ${path}: use part() of src/parts.ts, and import type for its types` }],
    }));
  },
};

/** commander imports child_process for executable subcommands, which we have none of; it takes 15 ms to load. */
const lazyChildProcess: Plugin = {
  name: 'lazy-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'child_process', namespace: 'lazy' } : null,
    );
    onLoad({ filter: /./, namespace: 'lazy' }, () => ({
      contents: `exports.spawn = (...args) => require('node:child_process').spawn(...args)`,
    }));
  },
};
