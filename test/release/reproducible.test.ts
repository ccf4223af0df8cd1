/** A second build gives the same bytes; with TMUX_DRIFT_TEST_RELEASE=1 all targets are built twice (several minutes). */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleAll } from '../../scripts/bundle.ts';
import { makeCodeCaches } from '../../scripts/code-cache.ts';
import { targetNames } from '../../scripts/release/targets.ts';
import { releaseTarget } from '../../scripts/release.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

const bytes = (path: string): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(path, name))]),
  );

test('bundles and code caches come out the same, wherever they are made', { timeout: 180_000 }, async () => {
  // Of different lengths, because a path's length could shift what follows.
  const [one, other] = [made('one'), made('another-folder')];
  for (const path of [one, other]) {
    await bundleAll(path);
    makeCodeCaches(path);
  }
  const [first, second] = [bytes(one), bytes(other)];
  expect(Object.keys(first)).toContain('hooks.quick.cache');
  for (const [name, content] of Object.entries(first))
    expect(content.equals(second[name] ?? Buffer.alloc(0)), name).toBe(true);
});

test.skipIf(!process.env.TMUX_DRIFT_TEST_RELEASE)(
  'all targets, twice',
  async () => {
    for (const target of targetNames) {
      const sums = [await releaseTarget(target, made(`${target}-1`)), await releaseTarget(target, made(`${target}-2`))];
      expect(sums[0]).toBe(sums[1]);
    }
  },
  600_000,
);
