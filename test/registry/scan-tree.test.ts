import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { type Data, dataOfNode } from '../../src/registry/data.ts';
import { scanTree } from '../../src/registry/scan-tree.ts';
import type { Node } from '../../src/registry/tree.ts';
import { yamlTree } from '../../src/registry/yaml-tree.ts';
import { pyyamlData } from './python.ts';
import { damaged, handWritten, writtenByPyyaml } from './yaml-texts.ts';

const RUNS = process.env.TMUX_DRIFT_FUZZ ? 200_000 : 4000;

/** What `yaml` makes of a text; undefined when it is refused. */
function byLibrary(text: string): Node | null | undefined {
  try {
    return yamlTree({ path: '/r.yaml', text });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The texts of all scalars in their places, without their types, which the YAML versions do not agree about. */
function texts(data: unknown): unknown {
  if (typeof data === 'string') return data.slice(2);
  if (Array.isArray(data)) return data.map(texts);
  const entries = data instanceof Map ? [...data] : Object.entries(data ?? {});
  return Object.fromEntries(entries.map(([key, item]) => [key, texts(item)]));
}

function expectAgreement(samples: readonly string[]): number {
  const read = samples.flatMap((text) => {
    const scanned = scanTree(text);
    return scanned ? [{ text, root: scanned.root }] : [];
  });
  for (const { text, root } of read) expect({ text, root }).toEqual({ text, root: byLibrary(text) });
  const byPyyaml = pyyamlData(read.map(({ text }) => text));
  for (const [index, { text, root }] of read.entries()) {
    const data: Data | null = root && dataOfNode(root);
    const other = byPyyaml[index];
    expect({ text, data: data && texts(data) }).toEqual({ text, data: root ? texts(other) : null });
  }
  return read.length;
}

describe('what the scanner reads, yaml and PyYAML read alike, place for place', () => {
  test('in files that PyYAML wrote', () => {
    const samples = writtenByPyyaml(fc.sample(registryValue, { numRuns: RUNS / 8, seed: 3 }));
    expect(expectAgreement(samples)).toBeGreaterThan(samples.length / 3);
  });

  test('in files as people write them', () => {
    expect(expectAgreement(fc.sample(handWritten, { numRuns: RUNS, seed: 5 }))).toBeGreaterThan(RUNS / 10);
  });

  test('in damaged files', () => {
    const source = fc.oneof(
      fc.constantFrom(...writtenByPyyaml(fc.sample(registryValue, { numRuns: 60, seed: 4 }))),
      handWritten,
    );
    expect(expectAgreement(fc.sample(damaged(source), { numRuns: RUNS, seed: 6 }))).toBeGreaterThan(RUNS / 10);
  });
});

const WORDS = [
  ...[
    'running',
    'terminated',
    '09',
    '1e5',
    'null',
    'yes',
    '2026-06-19T14:27:29Z',
    'a: b',
    'a #b',
    "it's",
    '- a',
    '',
    ' a',
  ],
  ...['tmux new-session -d -s "api creator" -x 140 -y 40 -c "/home/u/api" "claude" --and --much --more', '/home/u'],
  ...['(unknown — capture after first message)', 'é', '{a}', '[x]', 'x, y'],
];
const word = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...WORDS) },
  fc.constantFrom('a\nb', 'tab\there', '\u001b[31m', 'a\u2028b'),
  fc.string({ maxLength: 12 }),
);
const leaf = fc.oneof(
  { weight: 5, arbitrary: word },
  fc.integer(),
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true }),
);
const name = fc.oneof(
  { weight: 200, arbitrary: fc.constantFrom('name', 'status', 'pane', 'cwd', 'cmd_full', 'epoch', 'tui', 'x.y') },
  fc.constantFrom('on', '1', 'a b'),
);
const registryValue = fc.record({
  tmux_sessions: fc.array(
    fc.dictionary(
      name,
      fc.oneof({ weight: 6, arbitrary: leaf }, fc.dictionary(name, leaf), fc.array(leaf, { maxLength: 3 })),
      { minKeys: 1 },
    ),
    { maxLength: 4 },
  ),
  agent_identities: fc.dictionary(name, fc.dictionary(name, leaf)),
});
