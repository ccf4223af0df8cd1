/**
 * Makes a release: node scripts/release.ts [--only linux-x64]…
 * Four binaries, compressed, into dist/release, with SHA256SUMS and the notes from CHANGELOG.md. A second run gives the same sums.
 *
 * The checkout tracks SHA256SUMS: commit it, tag that commit `v<version>`, and upload all that is in dist/release to the tag's
 * release. scripts/install-binary trusts that tracked file and nothing else.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildBinary, host } from './build.ts';
import { root, version } from './bundle.ts';
import { baseNode } from './release/base-node.ts';
import { checkBinary } from './release/check-binary.ts';
import { notesOf } from './release/notes.ts';
import { assetName, type TargetName, targetNames } from './release/targets.ts';

const folder = join(root, 'dist/release');

/** Builds, checks and compresses one target; answers its line in SHA256SUMS. */
export async function releaseTarget(target: TargetName, into: string): Promise<string> {
  const binary = join(into, `tmux-drift-${target}`);
  await buildBinary({ target, nodePath: baseNode(target), outfile: binary, caches: target === host });
  checkBinary(binary, target);
  const asset = gzipSync(readFileSync(binary), { level: 9 });
  rmSync(binary);
  const name = assetName(version, target);
  writeFileSync(join(into, name), asset);
  return `${createHash('sha256').update(asset).digest('hex')}  ${name}`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const wanted = targetNames.filter((name) => values.only?.includes(name) ?? true);
  const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  for (const target of wanted) {
    lines.push(await releaseTarget(target, folder));
    console.log(lines.at(-1));
  }
  const sums = `${lines.join('\n')}\n`;
  writeFileSync(join(folder, 'SHA256SUMS'), sums);
  writeFileSync(join(folder, 'notes.md'), notes);
  if (wanted.length === targetNames.length) writeFileSync(join(root, 'SHA256SUMS'), sums);
  else console.log('not all targets: SHA256SUMS of the checkout is as it was');
}
