import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { decodeRegistry } from '../../src/registry/decode-registry.ts';
import { scanRegistry } from '../../src/registry/scan-registry.ts';
import { yamlTree } from '../../src/registry/yaml-tree.ts';
import { damaged, handWritten, repetitive } from './yaml-texts.ts';

const RUNS = process.env.TMUX_DRIFT_FUZZ ? 200_000 : 4000;

/** What `yaml` makes of a text; null when it is refused. */
function byLibrary(text: string) {
  const source = { path: '/r.yaml', text };
  try {
    return decodeRegistry(source, yamlTree(source));
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

test.each([
  ['as people write them', handWritten],
  ['of rows that are alike', repetitive],
  ['that are damaged', damaged(fc.oneof(handWritten, repetitive))],
])('reads files %s as yaml does: rows, places, bad rows, identities', (_title, texts) => {
  let read = 0;
  for (const text of fc.sample(texts, { numRuns: RUNS, seed: 11 })) {
    const scanned = scanRegistry(text);
    if (scanned) expect({ text, ...scanned }).toEqual({ text, ...byLibrary(text) });
    if (scanned && scanned.rows.length + scanned.unreadable.length > 1) read++;
  }
  expect(read).toBeGreaterThan(RUNS / 100);
});
