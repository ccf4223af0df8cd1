import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { log } from '../../src/commands/log.ts';
import type { Io } from '../../src/io.ts';
import { appendJournal, type JournalEntry, journalFiles } from '../../src/journal.ts';
import { readJournal, type WrittenEntry } from '../../src/read-journal.ts';
import { journalText } from '../../src/render/journal-text.ts';
import { parseSince } from '../../src/since.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (overrides: Partial<JournalEntry> = {}): JournalEntry => ({
  who: 'session-closed',
  scope: 'all',
  what: 'repaired',
  class: 'A',
  kind: 'gone',
  name: 'api-creator-claude',
  server: 'default',
  msg: 'its session has ended',
  changes: { status: ['running', 'terminated'] },
  ...overrides,
});

const AT = Date.parse('2026-08-21T12:00:00Z') / 1000;

function run(options: Parameters<typeof log>[0] = {}) {
  let [out, err] = ['', ''];
  const io: Io = {
    env: { AGENT_SESSIONS_STATE_DIR: folder, HOME: folder },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: false,
    columns: null,
    colour: false,
  };
  return { code: log(options, io), out, err };
}

const namesIn = ({ out }: { out: string }): readonly string[] =>
  JSON.parse(out).entries.map(({ name }: WrittenEntry) => name);

test('reads rotated files too, the oldest first', () => {
  for (const [at, path] of journalFiles(folder).entries()) {
    writeFileSync(
      path,
      `${JSON.stringify({ time: new Date(AT * 1000 + at).toISOString(), ...entry({ name: `s${at}` }) })}\n`,
    );
  }
  expect(readJournal(folder).entries.map(({ name }) => name)).toEqual(['s0', 's1', 's2', 's3']);
});

test('what is rotated away by size is still shown', () => {
  const large = entry({ name: 'old', msg: 'x'.repeat(5 * 1024 * 1024) });
  appendJournal(folder, AT, [large]);
  appendJournal(folder, AT + 1, [entry({ name: 'new' })]);
  expect(namesIn(run({ json: true }))).toEqual(['old', 'new']);
});

test('leaves out what a crash cut off, and says how much', () => {
  appendJournal(folder, AT, [entry()]);
  const [path = ''] = journalFiles(folder).slice(-1);
  writeFileSync(
    path,
    `${readFileSync(path, 'utf8')}{"time":"2026-08\n[]\n{"time":"x","who":"","scope":"","what":"found","msg":""}\n`,
  );
  const result = run({ json: true });
  expect(namesIn(result)).toEqual(['api-creator-claude']);
  expect(result.err).toBe('3 damaged lines are left out\n');
});

test('no journal yet is no error', () => {
  expect(run()).toEqual({ code: 0, out: '', err: 'the journal is empty\n' });
});

describe('text', () => {
  const text = (overrides: Partial<JournalEntry> = {}) =>
    journalText({ time: '2026-08-21T12:00:00.000Z', ...entry(overrides) }, false)
      .split('\n')
      .slice(0, -1);

  test('says what was changed, from what to what, and by whom', () => {
    const [first, ...rest] = text({
      changes: { status: ['running', 'terminated'], terminated_at: [null, '2026-08-21T12:00:00Z'] },
    });
    expect(first).toMatch(
      /^2026-08-2\d \d\d:00:00 {2}repaired {2}A {2}gone {2}api-creator-claude on default {2}its session has ended {2}\(session-closed\)$/,
    );
    expect(rest).toEqual(['    status: running → terminated', '    terminated_at: - → 2026-08-21T12:00:00Z']);
  });

  test('shows a new row key by key', () => {
    expect(text({ changes: { '': [null, { name: 'x', pane: { pid: 1 } }] } }).slice(1)).toEqual([
      '    name: - → x',
      '    pane: - → {"pid":1}',
    ]);
  });

  test('shows no control characters of other people’s', () => {
    const lines = text({ name: 'a\u001b[31m\nb', msg: '\u0007', changes: { name: ['a\nb', '\u009b'] } });
    expect(lines.length).toBe(2);
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

describe('--session', () => {
  beforeEach(() =>
    appendJournal(folder, AT, [
      entry({ name: 'one' }),
      entry({ name: 'two', kind: 'renamed', changes: { name: ['one', 'two'] } }),
      entry({ name: 'three' }),
    ]),
  );
  test.each([
    ['one', ['one', 'two']],
    ['two', ['two']],
    ['none', []],
  ])('%s', (session, names) => {
    expect(namesIn(run({ json: true, session }))).toEqual(names);
  });
});

test('--since leaves out what is older', () => {
  const now = Math.floor(Date.now() / 1000);
  appendJournal(folder, now - 7200, [entry({ name: 'old' })]);
  appendJournal(folder, now - 60, [entry({ name: 'new' })]);
  expect(namesIn(run({ json: true, since: '1h' }))).toEqual(['new']);
  expect(namesIn(run({ json: true, since: '3h' }))).toEqual(['old', 'new']);
});

describe('a time', () => {
  const now = Date.parse('2026-08-21T12:00:00Z');
  test.each([
    ['90s', now - 90_000],
    ['30m', now - 1_800_000],
    ['2h', now - 7_200_000],
    ['3d', now - 259_200_000],
    ['1w', now - 604_800_000],
    ['2026-08-20T10:00:00Z', Date.parse('2026-08-20T10:00:00Z')],
    ['2026-08-20 10:00Z', Date.parse('2026-08-20T10:00:00Z')],
    ['2026-08-20', new Date(2026, 7, 20).getTime()],
    ['2026-08-20 10:30', new Date(2026, 7, 20, 10, 30).getTime()],
  ])('%s', (text, time) => {
    expect(parseSince(text, now)).toBe(time);
  });

  test.each(['', '5', 'h', '-2h', '2 h', 'yesterday', '2026-13-01', '2026-08-20 25:00', '8'])('%j is none', (text) => {
    expect(() => parseSince(text, now)).toThrow(/is no time: expected how long ago/);
  });
});
