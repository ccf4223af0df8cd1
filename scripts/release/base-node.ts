import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.ts';
import { pinnedNode, type TargetName, targets } from './targets.ts';

/** The Node executable of a target: where npm put it, or fetched by `npm pack` once and kept in `dist/nodes`. */
export function baseNode(target: TargetName): string {
  const installed = join(root, 'node_modules', targets[target], 'bin/node');
  if (existsSync(installed)) return installed;
  const kept = keptNode(target);
  if (!existsSync(kept)) fetchNode(target, kept);
  return kept;
}

/** Where a fetched Node is kept; tests build what they find here, and fetch nothing. */
export const keptNode = (target: TargetName): string =>
  join(root, 'dist/nodes', `${targets[target]}-${pinnedNode()}`, 'node');

function fetchNode(target: TargetName, kept: string): void {
  const folder = join(root, 'dist/nodes');
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, '.fetch-'));
  try {
    const wanted = `${targets[target]}@${pinnedNode()}`;
    console.log(`fetching ${wanted}`);
    const packed = execFileSync('npm', ['pack', '--silent', wanted], { cwd: scratch, encoding: 'utf8' }).trim();
    const archive = join(scratch, packed);
    verify(archive, target);
    execFileSync('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node']);
    mkdirSync(join(kept, '..'), { recursive: true });
    renameSync(join(scratch, 'package/bin/node'), kept);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** `npm pack` takes what the registry says; the lock file knows better. */
function verify(archive: string, target: TargetName): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const expected: unknown = packages[`node_modules/${targets[target]}`]?.integrity;
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== expected) throw new Error(`${archive}: integrity is ${found}, package-lock.json has ${expected}`);
}
