/**
 * Puts a script and assets into a Node executable.
 *
 * The public faces of pkg (command line, `exec`) do not hand `seaConfig` on, so this goes to the function behind them;
 * the version of pkg is pinned, and each build tries out what comes out of it. Should that function go away,
 * `node --build-sea` does much the same.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import sea from '@yao-pkg/pkg/lib-es5/sea.js';
import { quickStart } from '../src/quick-start.ts';

export interface Target {
  readonly os: 'linux' | 'darwin';
  readonly arch: 'x64' | 'arm64';
}

interface Pack {
  readonly main: string;
  readonly assets: Readonly<Record<string, string>>;
  /** The Node to put it into, of the running Node's version and for the target. */
  readonly nodePath: string;
  readonly target: Target;
  readonly outfile: string;
  /** An empty folder for intermediate files. */
  readonly scratch: string;
}

export async function pack({ main, assets, nodePath, target, outfile, scratch }: Pack): Promise<void> {
  // Relative to pkg's folder in TMPDIR: the path becomes part of the binary, which must not depend on who builds it where.
  const seaConfig = { ...flags, main: join('..', relative(scratch, main)), assets };
  const { HOME = '', TMPDIR } = process.env;
  Object.assign(process.env, { HOME: cacheWith(nodePath, target, scratch), TMPDIR: scratch });
  try {
    await sea.default(main, {
      targets: [
        {
          nodeRange: `node${process.versions.node}`,
          platform: target.os === 'darwin' ? 'macos' : 'linux',
          arch: target.arch,
          output: outfile,
        },
      ],
      signature: true,
      seaConfig,
    });
  } finally {
    process.env.HOME = HOME;
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/**
 * `none`: options in the user's NODE_OPTIONS are meant for other programs, and an unknown one would end this one. OpenSSL's own file of
 * settings, which most systems fill with examples, takes each start as long as a thirtieth of an event; Node heeds one section of it only.
 */
const flags = {
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: false,
  execArgv: [...Object.keys(quickStart), '--openssl-config=/dev/null'],
  execArgvExtension: 'none',
};

/**
 * A home folder in which pkg finds this Node as if it had downloaded and verified it. pkg's own `nodePath` option
 * would do for this machine's kind only: it runs what it is given.
 */
function cacheWith(nodePath: string, { os, arch }: Target, home: string): string {
  const name = `node-${process.version}-${os}-${arch}`;
  const cached = join(home, '.pkg-cache/sea', name, 'bin/node');
  mkdirSync(dirname(cached), { recursive: true });
  symlinkSync(nodePath, cached);
  for (const file of [`${cached}.ok`, `${dirname(dirname(cached))}.tar.gz`, `${dirname(dirname(cached))}.tar.gz.ok`]) {
    writeFileSync(file, '');
  }
  return home;
}
