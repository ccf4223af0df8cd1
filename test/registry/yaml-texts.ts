import fc from 'fast-check';
import { runPython } from './python.ts';

const SCALARS = [
  ...[
    'running',
    'a b',
    'null',
    '~',
    'Null',
    'true',
    '09',
    '1e5',
    '-5',
    '0',
    '2026-06-19T14:27:29Z',
    '/home/u/api',
    '$3',
  ],
  ...[
    "'it''s'",
    "'a'",
    "''",
    '"a"',
    '""',
    '"a\\tb\\x41\\u00e9\\"\\\\\\e\\N\\L"',
    '"\\ud83d\\ude00"',
    '"\\U0001F600"',
    '"a\\q"',
  ],
  ...[
    '(unknown — capture)',
    'http://x/y',
    'a:b',
    'a: b',
    'a :b',
    'a#b',
    'a #b',
    '#a',
    'a:',
    ':a',
    ': a',
    '-a',
    '- a',
    '-',
    '?a',
    '? a',
  ],
  ...[
    '*a',
    '&a b',
    '!!str a',
    '!x a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '{',
    '}',
    '[',
    ']',
    ',',
    ',a',
    'a, b',
    '{}',
    '[]',
    '{ }',
    '[ ]',
  ],
  ...[
    '{a: 1}',
    '{a: 1, b: x y}',
    '{ a: 1 , b: 2 }',
    '{a: 1,b: 2}',
    '{a:1}',
    '{a: }',
    '{a}',
    '{a: \'x, y\', b: "}"}',
    '{a: b: c}',
    '{"a": 1}',
  ],
  ...[
    '{a: 1, a: 2}',
    '{a: [b]}',
    '[a, b]',
    '[\'a\', "b"]',
    '[a, [b]]',
    '[a b, -1]',
    '[a,b]',
    '{a: x?y}',
    '{a: -x}',
    '{a: x-1.5}',
    '{a: x #y}',
  ],
  ...[
    "'a",
    '"a',
    "'a' b",
    "'a'b",
    '"a" #c',
    "'a' #c",
    "'a'#c",
    'a\u00a0b',
    '\u00a0a',
    'é 名 😀',
    'a\tb',
    '\ta',
    'a\u2028b',
    'a\u0085b',
    'a\rb',
    '\u0007',
  ],
  ...[
    "'a\n    b'",
    "'a\n\n    b'",
    "'a\nb'",
    'a\n    b c',
    'a\n    - b',
    'a\n    b: c',
    'a\n    #b',
    'a\n\n    b',
    'a\n    b #c\n    d',
    '"a\n    b"',
  ],
  ...[
    '|\n    a\n    b',
    '>-\n    a',
    '|\n   a\n  b',
    '<<',
    '=',
    '---',
    '...',
    'yes',
    'n',
    '0x1f',
    '0o7',
    '1_000',
    '.5',
    '-.inf',
    '+1',
    "a'b",
    'a"b',
    '\\n',
  ],
];
const KEYS = ['name', 'status', 'pane', 'a', 'b', 'c-d', 'e.f', '_g', 'tui', 'terminated_at'];
const ODD_KEYS = ['null', 'true', 'y', 'k v', "'q'", '"q"', '1', '<<', '? x', 'é'];

const scalar = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...SCALARS.slice(0, 22)) },
  fc.constantFrom(...SCALARS),
);
const key = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 0, max: 99 }).map((n) => KEYS[n] ?? `k${n}`) },
  fc.constantFrom(...ODD_KEYS),
);
const gap = fc.oneof(
  { weight: 40, arbitrary: fc.constant('') },
  fc.constantFrom('\n', '# c\n', '  # c\n', '      # c\n', ' \n', '   \n', '#\n', '\t\n'),
);
const tail = fc.oneof(
  { weight: 40, arbitrary: fc.constant('') },
  fc.constantFrom(' ', '   ', ' # c', '   # c: d', ' #', '#c', '\t# c'),
);
const space = fc.oneof({ weight: 60, arbitrary: fc.constant(' ') }, fc.constantFrom('  ', '', '    ', '\t'));

interface Line {
  readonly text: string;
  readonly deeper: number;
}

const line = (keys: fc.Arbitrary<string>): fc.Arbitrary<Line> =>
  fc
    .tuple(
      keys,
      space,
      fc.oneof({ weight: 5, arbitrary: scalar }, fc.constant('')),
      tail,
      gap,
      fc.constantFrom(...Array(14).fill(0), 2, 2, 2, -2, -2, 1, 4),
    )
    .map(([k, s, v, t, g, deeper]) => ({ text: `${k}:${v === '' ? '' : s + v}${t}\n${g}`, deeper }));

const item = fc.tuple(scalar, tail, gap).map(([v, t, g]): Line => ({ text: `- ${v}${t}\n${g}`, deeper: 0 }));

function rowText(): fc.Arbitrary<string> {
  const lines = fc.array(fc.oneof({ weight: 16, arbitrary: line(key) }, item), { minLength: 1, maxLength: 7 });
  return fc
    .tuple(lines, fc.constantFrom(...Array(18).fill('- '), '-   ', '-\n  '), fc.constantFrom(0, 0, 2))
    .map(([all, dash, at]) => {
      let indent = 2;
      const body = all.map(({ text, deeper }, index) => {
        const pad = ' '.repeat(at + indent);
        // A key without a value may have its own lines below it; sometimes they stand where they must not.
        indent = Math.max(1, deeper > 0 && /^[^:]*:\n/.test(text) ? indent + deeper : deeper < 0 ? 2 : indent);
        return index === 0 ? text : pad + text;
      });
      return ' '.repeat(at) + dash + body.join('');
    });
}

function fileText(): fc.Arbitrary<string> {
  const top = fc.array(
    line(
      fc.constantFrom(
        ...['agent_identities', 'x', 'y.z', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'tmux_sessions'],
      ),
    ),
    { maxLength: 2 },
  );
  const head = fc.constantFrom(
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '# c\n',
    '---\n',
    '--- # c\n',
    '\n',
    '\ufeff',
    '%YAML 1.1\n---\n',
    ' ',
  );
  const end = fc.constantFrom(
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '\n',
    '# end',
    '...\n',
    '---\na: 1\n',
    '  # end\n',
    ' ',
  );
  const cut = fc.constantFrom(0, 0, 0, 1);
  const rows = fc.array(rowText(), { maxLength: 4 });
  return fc.tuple(head, top, tail, gap, rows, top, end, cut).map(([h, before, t, g, list, behind, e, shorter]) => {
    const text = `${h}${join(before)}tmux_sessions:${t}\n${g}${list.join('')}${join(behind)}${e}`;
    return text.slice(0, text.length - shorter);
  });
}

/** Texts as people write registries, with much in them that is at the edge of what YAML allows, and beyond. */
export const handWritten: fc.Arbitrary<string> = fileText();

function join(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('');
}

const KNOWN = [
  'name',
  'status',
  'tmux_server',
  'tmux_session_epoch',
  'child_pid',
  'start_command',
  'claude_session_id_own',
  'pane.pid',
  'x.y_session_id_own',
];
const INSIDE = ['pid', 'cmd', 'cwd', 'id', 'source', 'x'];
const template = fc.tuple(
  fc.subarray(KNOWN, { minLength: 2 }),
  fc.constantFrom('none', 'block', 'flow', 'empty', 'list'),
  fc.constantFrom('pane', 'conversation', 'tui'),
  fc.subarray(INSIDE, { minLength: 1 }),
  fc.boolean(),
);

/** Rows of few shapes, one after the other, as programs write them, with now and then something else between. */
export const repetitive: fc.Arbitrary<string> = fc
  .tuple(fc.array(template, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '  '), fc.boolean())
  .chain(([templates, pad, ended]) =>
    fc
      .array(fc.tuple(fc.constantFrom(...templates), fc.array(scalar, { minLength: 16, maxLength: 16 }), tail, gap), {
        maxLength: 8,
      })
      .map((rows) => {
        const text = rows.map(([shape, values, t, g]) => rowOfShape(shape, values, pad, t) + g).join('');
        return `tmux_sessions:\n${ended ? text : text.trimEnd()}`;
      }),
  );

type Shape = readonly [string[], string, string, string[], boolean];

function rowOfShape(
  [keys, style, map, inside, first]: Shape,
  values: readonly string[],
  pad: string,
  end: string,
): string {
  let next = 0;
  const value = (): string => values[next++ % values.length] ?? '';
  const inner = inside.map((key) => `${key}: ${value()}`);
  const nested =
    {
      none: [],
      block: [`${map}:`, ...inner.map((text) => `  ${text}`)],
      flow: [`${map}: {${inner.join(', ')}}`],
      empty: [`${map}: {}`, 'mcp: []'],
      list: ['mcp:', ...inside.map(() => `- ${value()}`)],
    }[style] ?? [];
  const own = keys.map((key) => `${key}: ${value()}`);
  const lines = first ? [...own, ...nested] : [...own.slice(0, 1), ...nested, ...own.slice(1)];
  return lines.map((line, index) => `${pad}${index === 0 ? '- ' : '  '}${line}${index === 2 ? end : ''}\n`).join('');
}

/** Few characters changed, left out or put in. */
export const damaged = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 1), fc.constantFrom(...DAMAGE)), { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((now, [at, length, put]) => {
        const place = at % (now.length + 1);
        return now.slice(0, place) + put + now.slice(place + length);
      }, text),
    );

const DAMAGE = [
  '',
  '',
  ' ',
  '\n',
  '\n  ',
  ':',
  ': ',
  '#',
  ' #',
  '-',
  '- ',
  "'",
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  '\t',
  '\\',
  '&a ',
  '*a',
  '!',
  '|',
  '?',
  '\r',
  'é',
];

/** What PyYAML writes for each value, in the ways that scripts call it. */
export function writtenByPyyaml(values: readonly unknown[]): readonly string[] {
  return runPython(DUMP, values) as readonly string[];
}

const DUMP = `
import json, sys, yaml
values = json.load(sys.stdin)
ways = [dict(width=4096, allow_unicode=True), dict(allow_unicode=True), dict(), dict(width=4096, default_flow_style=None), dict(indent=4, width=60)]
json.dump([yaml.safe_dump(value, sort_keys=False, **ways[n % len(ways)]) for n, value in enumerate(values)], sys.stdout)
`;
