/**
 * Makes the binary: node scripts/build.ts [--target linux-arm64 --node <its Node executable>] [--out FILE]
 * Needs no network. Without options: for this machine, into dist/tmux-drift.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleAll, root, version } from './bundle.ts';
import { makeCodeCaches } from './code-cache.ts';
import { pack, type Target } from './pack.ts';
import { smoke } from './smoke.ts';

export const host = `${process.platform}-${process.arch}`;

interface Build {
  /** `linux-x64`, `linux-arm64`, `darwin-x64`, `darwin-arm64` */
  readonly target: string;
  /** A Node executable for the target, of the very version that runs this. */
  readonly nodePath: string;
  readonly outfile: string;
  /** V8's code caches fit one architecture and version: only for the target that is this machine. */
  readonly caches: boolean;
}

export async function buildBinary({ target: name, nodePath, outfile, caches }: Build): Promise<void> {
  const target = parseTarget(name);
  mkdirSync(dirname(outfile), { recursive: true });
  // Beside the result, so that the last step is a rename: the binary is the old one or the new one at any time.
  const scratch = mkdtempSync(join(dirname(outfile), '.build-'));
  try {
    await bundleAll(scratch);
    if (caches) makeCodeCaches(scratch);
    const assets = readdirSync(scratch)
      .sort()
      .filter((file) => /\.(js|cache)$/.test(file) && file !== 'main.js');
    const built = join(scratch, 'tmux-drift');
    await pack({
      main: join(scratch, 'main.js'),
      assets: Object.fromEntries(assets.map((file) => [file, join(scratch, file)])),
      nodePath: strip(nodePath, target, join(scratch, 'node')),
      target,
      outfile: built,
      scratch,
    });
    if (name === host) smoke(built, { caches, scratch });
    renameSync(built, outfile);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function parseTarget(name: string): Target {
  const [, os, arch] = /^(linux|darwin)-(x64|arm64)$/.exec(name) ?? [];
  if (!os || !arch) throw new Error(`no such target: ${name} (linux-x64, linux-arm64, darwin-x64, darwin-arm64)`);
  return { os, arch } as Target;
}

/** A copy without symbols, a quarter smaller; unchanged where no `strip` knows the target's format. */
function strip(nodePath: string, { os, arch }: Target, copy: string): string {
  copyFileSync(nodePath, copy);
  const tools = ['strip', `${arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu-strip`];
  if (os === 'linux') tools.some((tool) => spawnSync(tool, ['--strip-all', copy], { stdio: 'ignore' }).status === 0);
  return copy;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { target: { type: 'string' }, node: { type: 'string' }, out: { type: 'string' } },
  });
  const target = values.target ?? host;
  const outfile = resolve(values.out ?? join(root, 'dist/tmux-drift'));
  await buildBinary({
    target,
    nodePath: realpathSync(values.node ?? process.execPath),
    outfile,
    caches: target === host,
  });
  // plugin.tmux reads this instead of starting the binary, see scripts/lib/versions.sh.
  writeFileSync(`${outfile}.version`, `${version}\n`);
  console.log(`built ${basename(outfile)} for ${target}`);
}
