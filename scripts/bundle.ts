/**
 * The bundles that the binary is made of: the start-up part, and the parts of `src/parts.ts`.
 * They reach each other through `part()` only, so that each package exists once.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { Parts } from '../src/parts.ts';

export const root = join(import.meta.dirname, '..');
export const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const entries: Record<keyof Parts, string> = {
  hooks: join(root, 'src/hooks.ts'),
  rare: join(root, 'src/rare.ts'),
  cli: join(root, 'src/cli.ts'),
  config: join(root, 'src/config-schema.ts'),
  yaml: 'yaml',
  mqtt: 'mqtt',
  lockfile: 'proper-lockfile',
};

export const partNames = Object.keys(entries) as (keyof Parts)[];

/** Writes `main.js` and one `<part>.js` for each part into a folder. */
export async function bundleAll(folder: string): Promise<void> {
  const bundles = [
    build({
      ...common,
      entryPoints: [join(root, 'src/main.ts')],
      outfile: join(folder, 'main.js'),
      inject: [join(root, 'src/trace.binary.ts')],
      plugins: [swapParts({ path: join(root, 'src/parts.binary.ts') }), keepOut('commander', ...packages)],
    }),
    ...partNames.map((name) =>
      build({
        ...common,
        entryPoints: [entries[name]],
        outfile: join(folder, `${name}.js`),
        banner: { js: '(function (exports, require, module, part) {' },
        footer: { js: '})' },
        plugins: pluginsOf(name),
      }),
    ),
  ];
  await Promise.all(bundles);
}

const packages = ['yaml', 'mqtt', 'proper-lockfile'];

function pluginsOf(name: keyof Parts): Plugin[] {
  const handed = swapParts({ path: 'part', namespace: 'handed' });
  if (name === 'cli') return [handed, keepOut(...packages), lazyBuiltins];
  return [handed, keepOut('commander', ...packages.filter((other) => other !== entries[name]))];
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

/** Puts something else in place of `src/parts.ts`: for a part, the `part` that it is handed when it is loaded. */
function swapParts(instead: { path: string; namespace?: 'handed' }): Plugin {
  return {
    name: 'swap-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/parts\.ts$/ }, () => instead);
      onLoad({ filter: /./, namespace: 'handed' }, () => ({ contents: 'exports.part = part' }));
    },
  };
}

/** A part that is imported instead of asked for would be in the binary twice, and be paid for by every event. */
function keepOut(...packages: string[]): Plugin {
  return {
    name: 'keep-out',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^(${packages.join('|')})(/|$)`) }, ({ path, importer }) => ({
        errors: [{ text: `${importer} imports ${path}: use part() of src/parts.ts, and import type for its types` }],
      }));
    },
  };
}

/**
 * Commands import modules of Node at the top of their files, as everybody does, and each of them takes milliseconds to load: in the
 * bundle they are loaded when something of them is used. Not `events`: classes extend it at once.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z_]+(\/promises)?$/ }, ({ path, namespace }) => {
      const name = path.replace(/^node:/, '');
      const isLazy = namespace !== 'lazy' && builtinModules.includes(name) && !['events', 'fs', 'path'].includes(name);
      return isLazy ? { path: name, namespace: 'lazy' } : null;
    });
    onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
      // On the prototype, since esbuild copies what an object has of its own, and some modules have a hundred names.
      contents: `module.exports = Object.create(new Proxy({}, { get: (_, name) => require('node:${path}')[name] }))`,
    }));
  },
};
