import fc from 'fast-check';

/** Registries that are all right, in as many styles as people and programs write them. */
export const styledRegistry: fc.Arbitrary<string> = fc
  .tuple(
    fc
      .array(fc.nat(9), { minLength: 1, maxLength: 5 })
      .chain((rows) => fc.tuple(...rows.map((_, index) => row(index)))),
    fc.constantFrom('', '# head\n', '---\n', 'defaults: &d {plan: max}\n', '\ufeff# bom\n', 'x: [1, 2]\n\n'),
    fc.constantFrom('', '\nagent_identities:\n  claude: {session_id: x}\n', '# end\n', '\n\n', 'z: |\n  text\n\n'),
    fc.constantFrom('', '  '),
    fc.constantFrom('lf', 'lf', 'lf', 'crlf', 'open'),
  )
  .map(([rows, head, end, pad, breaks]) => {
    const list = rows.map((text) => text.replace(/^(?=.)/gm, pad)).join('');
    const text = `${head}tmux_sessions:   # rows\n${list}${end}`;
    if (breaks === 'crlf') return text.replaceAll('\n', '\r\n');
    return breaks === 'open' ? text.replace(/\n+$/, '') : text;
  });

/** Keys in the rows: the first are always texts, the last may be anything. */
export const PLAIN_KEYS = ['status', 'termination_mode', 'note', 'tmux_session_id'];

const value = fc.constantFrom(
  ...[
    'running',
    "'terminated'",
    '"archived"',
    '09',
    '1e5',
    '~',
    "'it''s'",
    '"a\\tb\\u00e9"',
    'é 名',
    'x   # comment',
    'a#b:c',
  ],
  ...['run\n    ning', "'a\n\n    b'", '>-\n    a\n    b', '|\n    a\n\n    b', '"a\\\n    b"', '!!str 5', '&a1 x', ''],
);
const inFlow = fc.constantFrom('running', "'terminated'", '"x, y"', '09', '~', "'it''s'", 'a b');
const pane = fc.constantFrom(
  ...['pane: {index: 0, pid: 42, cwd: /home}', 'pane: { pid: 42 }  # p', 'pane: {}', 'pane: null', 'pane:'],
  ...[
    'pane:\n    index: 0\n    pid: 42 # p\n    cwd: /home',
    'pane: # p\n      pid: 42\n\n      # c\n      cwd: /home',
  ],
  ...['pane: {pid: 42, # p\n    cwd: /home\n    }', 'pane: {"pid": 42, "cwd": "/home"}'],
);
const other = fc.constantFrom(
  'none: []',
  'mcp:\n  - a\n  - b # c',
  'tui: {model: x, plan: "y"}',
  'more:\n    deep: {er: [1]}',
  '# a comment',
  '',
);

function row(index: number): fc.Arbitrary<string> {
  const name = fc.constantFrom(`r${index}`, `'r ${index}'`, `"r\\t${index}"`, `é${index}`);
  const pairs = fc
    .subarray(PLAIN_KEYS)
    .chain((keys) =>
      fc.tuple(...keys.map((key) => value.map((text) => `${key}: ${text}`.trimEnd().replace('&a1', `&a1${key}`)))),
    );
  const block = fc
    .tuple(name, pairs, pane, fc.array(other, { maxLength: 2 }), fc.nat(), fc.constantFrom('- ', '- ', '-   '))
    .map(([label, lines, panes, others, at, dash]) => {
      const all = [`name: ${label}`, ...lines, panes, ...new Set(others)];
      // The first line cannot be a comment, and need not be the name.
      const first = at % (lines.length + 1);
      const [head = ''] = all.splice(first, 1);
      const body = [head, ...all].join('\n').replace(/\n(?=.)/g, `\n${' '.repeat(dash.length)}`);
      return `${dash}${anchorOf(index, body)}\n`;
    });
  const flow = fc
    .tuple(name, fc.array(inFlow, { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([label, texts, json]) => {
      if (json) return `- {"name": "j${index}", "status": "running", "pane": {"pid": 42, "cwd": "/"}}\n`;
      return `- {name: ${label}, ${PLAIN_KEYS.map((key, n) => `${key}: ${texts[n]}`).join(', ')}, pane: {pid: 1}}\n`;
    });
  return fc.oneof({ weight: 5, arbitrary: block }, flow);
}

/** Anchors have to differ from row to row. */
const anchorOf = (index: number, body: string): string => body.replaceAll('&a1', `&a${index}`);
