/** A registry that is no registry, or was made to hurt: a refusal that names the place, within bounds, and never a write. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../e2e/harness.ts';
import { pyyamlData } from '../registry/python.ts';
import { binary, finished, journalOf } from './attempt.ts';

const long = process.env.TMUX_DRIFT_FUZZ === '1';

const row = 'tmux_sessions:\n- name: a-creator-claude\n  status: running\n';
const deep = (open: string, close: string, levels = 20_000): string =>
  `tmux_sessions: ${open.repeat(levels)}${close.repeat(levels)}\n`;
const laughs = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(10)}]\n`).join('');
const big = (megabytes: number, line: string): string => line.repeat(Math.ceil((megabytes * 2 ** 20) / line.length));

/** Line and column are known where they are not the writer's own choice. */
const REFUSED: [title: string, text: string | Buffer, place: RegExp][] = [
  ['an alias bomb', `a0: &a0 [x,x]\n${laughs}${row}`, /:\d+:\d+: /],
  ['an alias of itself', `tmux_sessions: &a [*a]\n`, /:1:\d+: /],
  ['20,000 nested lists', deep('[', ']'), /:1:\d+: nested too deep/],
  ['20,000 nested maps', deep('{a: ', '}'), /:1:\d+: nested too deep/],
  ['20,000 nested lists, never closed', deep('[', ''), /:1:\d+: nested too deep/],
  [
    '2,000 levels of indentation',
    `tmux_sessions:\n${Array.from({ length: 2000 }, (_, n) => `${' '.repeat(n)}- a:\n`).join('')}`,
    /:\d+:\d+: nested too deep/,
  ],
  ['20,000 dashes in a line', `tmux_sessions:\n${'- '.repeat(20_000)}a\n`, /:2:\d+: nested too deep/],
  ['a key twice', `${row}tmux_sessions: []\n`, /:4:1: Map keys must be unique/],
  ['a key twice in a row', `${row}  status: idle\n`, /:4:3: Map keys must be unique/],
  ['a tab before a key', `tmux_sessions:\n- name: a\n\tstatus: running\n`, /:3:1: .*[Tt]ab/],
  ['a second document', `${row}---\n${row}`, /:4:1: .*document/],
  ['a %YAML directive', `%YAML 1.1\n---\n${row}`, /:1:1: .*directive/],
  ['an unknown tag', `tmux_sessions:\n- !!python/object/apply:os.system [touch /tmp/pwned]\n`, /:2:3: .*tag/i],
  ['a tag of its own', `${row}  note: !secret x\n`, /:4:9: .*tag/i],
  ['a NUL', `${row}# \0\n`, /:4:3: a NUL byte/],
  ['a file of NULs', '\0'.repeat(1000), /:1:1: a NUL byte/],
  ['half a character', Buffer.concat([Buffer.from(`${row}# `), Buffer.from([0xe2, 0x82])]), /:4:3: not UTF-8/],
  ['UTF-16', Buffer.from(`\ufeff${row}`, 'utf16le'), /:1:1: not UTF-8/],
  ['another shape', '- name: a\n', /:1:1: the file is not a map/],
  ['a text where the list should be', 'tmux_sessions: none\n', /:1:16: `tmux_sessions` is not a list/],
  ['a map where the list should be', 'tmux_sessions: {a: 1}\n', /:1:16: `tmux_sessions` is not a list/],
  ['a quote that never ends', `${row}  note: "never ends\n`, /:\d+:\d+: /],
  ['a list that never ends', 'tmux_sessions: [\n', /:\d+:\d+: /],
  ['a merge conflict', `${row}<<<<<<< HEAD\n- name: b\n=======\n- name: c\n>>>>>>> other\n`, /:4:\d+: |:5:\d+: /],
  ['half of the file', row.slice(0, -10), /:3:\d+: /],
  ['an escape sequence in an unknown tag', `tmux_sessions:\n- !\u001b[31m\u0007x a\n`, /:2:\d+: /],
  ['an old Mac file', row.replaceAll('\n', '\r'), /:1:\d+: /],
  ['50 MB of one line', `tmux_sessions: ${big(50, 'x')}`, /:1:16: /],
  ['50 MB of brackets', `tmux_sessions: ${big(50, '[')}`, /:1:\d+: nested too deep/],
  [
    '50 MB of keys',
    `${row}${Array.from({ length: 2_600_000 }, (_, n) => `k${n}: ${n}\n`).join('')}`,
    /:\d+:\d+: too much YAML/,
  ],
  ['50 MB of dashes', `tmux_sessions:\n${big(50, '-\n')}`, /:\d+:\d+: too much YAML/],
  ['50 MB of quotes', big(50, '"'), /:1:\d+: /],
  ['70 MB', `${row}${big(70, '# x\n')}`, /:1:1: larger than 64 MiB/],
];

const ACCEPTED: [title: string, text: string, ended: number][] = [
  ['an empty file', '', 0],
  ['nothing but comments', '# nothing\n', 0],
  ['nothing but null', 'null\n', 0],
  ['other keys only', 'version: 3\n', 0],
  ['Windows line ends', row.replaceAll('\n', '\r\n'), 1],
  ['a byte order mark', `\ufeff${row}`, 1],
  ['a row of the wrong shape beside a right one', `${row}- just a text\n- {status: running}\n`, 1],
  ['__proto__ and constructor', `${row}  __proto__: {polluted: true}\n  constructor: {prototype: x}\n`, 1],
  [
    '10,000 rows',
    `tmux_sessions:\n${Array.from({ length: 10_000 }, (_, n) => `- {name: s${n}-creator-claude, status: archived, note: "${'x'.repeat(60)}"}\n`).join('')}- {name: a-creator-claude, status: running}\n`,
    1,
  ],
  ['50 MB of comments', `${row}${big(50, `# ${'x'.repeat(1000)}\n`)}`, 1],
  ['50 MB in one value', `${row}  note: ${big(50, 'x')}\n`, 1],
];

/** Runs the binary; what it printed, seconds and the largest size of any process, in MB. */
async function measured(env: NodeJS.ProcessEnv, ...words: readonly string[]) {
  const script = `import os, resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=open(os.environ['SIZE'], 'w'))
sys.exit(code)`;
  const size = `${env.AGENT_SESSIONS_YAML}.size`;
  const begin = performance.now();
  const result = await finished(['python3', '-c', script, binary, ...words], { ...env, SIZE: size }, 60_000);
  return { ...result, seconds: (performance.now() - begin) / 1000, megabytes: Number(readFileSync(size, 'utf8')) };
}

function registryOf(text: string | Buffer) {
  const sandbox = new Sandbox();
  const [registry, state] = [sandbox.file('r.yaml'), sandbox.file('state')];
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(registry, text, { mode: 0o600 });
  utimesSync(registry, 1_500_000_000, 1_500_000_000);
  const env: NodeJS.ProcessEnv = { ...sandbox.env, AGENT_SESSIONS_YAML: registry, AGENT_SESSIONS_STATE_DIR: state };
  const ways = [['reconcile'], ['event', 'session-created', `--socket=${sandbox.server().socket}`]];
  return { registry, state, env, ways, sandbox };
}

describe('refuses with the place, and writes nothing', () => {
  test.each(REFUSED)('%s', { timeout: 120_000 }, async (_title, text, place) => {
    const { registry, state, env, ways: both } = registryOf(text);
    const ways = text.length > 2 ** 20 ? both.slice(text.length % 2).slice(0, 1) : both;
    for (const words of ways) {
      const { status, stdout, stderr, seconds, megabytes } = await measured(env, ...words);
      expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(place) });
      expect(stderr.startsWith(`${registry}:`)).toBe(true);
      // One line for the message, one for the offending line; nothing in them that a terminal would obey.
      expect(stderr).toMatch(/^[^\p{Cc}]{1,1000}\n(?: {2}[^\p{Cc}]{1,200}\n)?$/u);
      expect(seconds).toBeLessThan(15);
      expect(megabytes).toBeLessThan(2000);
    }
    expect(Buffer.compare(readFileSync(registry), Buffer.from(text))).toBe(0);
    expect(statSync(registry).mtimeMs).toBe(1_500_000_000_000);
    expect(journalOf(state).map(({ what, kind }) => [what, kind])).toEqual(
      ways.map(() => ['refused', 'registry-unreadable']),
    );
  });
});

describe('reads', () => {
  test.each(ACCEPTED)('%s', { timeout: 120_000 }, async (_title, text, ended) => {
    for (const at of [0, 1]) {
      const { registry, env, ways } = registryOf(text);
      const { status, stderr, seconds, megabytes } = await measured(env, ...(ways[at] ?? []));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readFileSync(registry, 'utf8').match(/status: terminated/g)?.length ?? 0).toBe(ended);
      if (ended === 0) expect(statSync(registry).mtimeMs).toBe(1_500_000_000_000);
      expect(seconds).toBeLessThan(15);
      expect(megabytes).toBeLessThan(2000);
    }
  });
});

describe('what is no file of ours', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['a folder', (path) => mkdirSync(path), /not a regular file|EISDIR/],
    ['a FIFO', (path) => spawnSync('mkfifo', [path]), /not a regular file/],
    ['a symlink to itself', (path) => symlinkSync(path, path), /ELOOP/],
    ['a device', (path) => symlinkSync('/dev/zero', path), /not a regular file|cannot lock/],
  ])('%s', async (_title, make, why) => {
    const { sandbox, env } = registryOf(row);
    const path = join(dirname(env.AGENT_SESSIONS_YAML ?? ''), 'odd');
    make(path);
    const { status, stderr } = await finished([binary, 'reconcile'], { ...env, AGENT_SESSIONS_YAML: path }, 10_000);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(why) });
    expect(stderr).toContain(sandbox.home);
  });
});

test('bytes changed at random: refused and left alone, or read by others too', { timeout: 600_000 }, async () => {
  const { registry, env, sandbox } = registryOf(row);
  const before = `# mine\n${row}  pane: {index: 0, pid: 12, cwd: "/home/u"}\n  note: |\n    x: y\n- {name: b, status: 'archived'}\nother: [1, 2]\n`;
  const damage = fc.array(
    fc.tuple(
      fc.nat(before.length),
      fc.nat(2),
      fc.constantFrom(
        '',
        ' ',
        '\n',
        ':',
        '- ',
        '"',
        "'",
        '{',
        '}',
        '[',
        ']',
        '#',
        '\t',
        '&a ',
        '*a',
        '!',
        '|',
        '\u0085',
        '\u0000',
        '\ufeff',
        '💥',
      ),
    ),
    { minLength: 1, maxLength: 3 },
  );
  const texts = fc
    .sample(damage, { numRuns: long ? 600 : 25, ...(long ? {} : { seed: 7 }) })
    .map((changes) =>
      changes.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), before),
    );
  for (const [at, text] of texts.entries()) {
    writeFileSync(registry, text);
    const words = at % 2 ? ['event', `--socket=${sandbox.server().socket}`] : ['reconcile'];
    const { status, stderr } = await finished([binary, ...words], env);
    const after = readFileSync(registry, 'utf8');
    if (status === 2) expect([after, stderr]).toEqual([text, expect.stringMatching(/r\.yaml:\d+:\d+: /)]);
    else expect([status, stderr, isSpoilt(text, after)]).toEqual([0, '', false]);
  }
});

/** PyYAML could read it, and cannot any more. */
function isSpoilt(before: string, after: string): boolean {
  if (after === before) return false;
  const [was, is] = pyyamlData([before, after]);
  return was !== null && is === null;
}
