import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json'));

test('everything runs on the Node that is pinned in package.json', () => {
  const pins = new Set(Object.values(manifest.optionalDependencies));
  expect([...pins].map((pin) => `v${pin}`)).toEqual([process.version]);
});

test('pins every dependency to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const pin of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(pin).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});
