/** A program as a command line starts it: interpreters and package runners seen through, never by a substring. */
export interface Program {
  /** Base name without a script's extension: `claude`, `codex` for `codex.js`. */
  readonly name: string;
  /** The word that named it, as written: `/usr/lib/node_modules/@openai/codex/bin/codex.js`. */
  readonly path: string;
  readonly args: readonly string[];
  /** It was named by an interpreter's argument: the process may be only a shim around the program. */
  readonly wrapped: boolean;
}

/**
 * What an argv runs; null for an interpreter without a script (a shell, `node -e …`, `bash -c …`).
 * Why not by substring: `bun install -g @openai/codex` is no codex, a path below `.claude/` is no claude.
 */
export function programOf(argv: readonly string[]): Program | null {
  const words = retitled(argv);
  const [first, ...rest] = words;
  if (first === undefined || first === '') return null;
  const name = baseName(first.replace(/^-/, ''));
  const interpreter = INTERPRETERS.get(name.startsWith('python') ? name.replace(/[\d.]+$/, '') : name);
  return interpreter ? scriptOf(rest, interpreter) : { name: bareName(name), path: first, args: rest, wrapped: false };
}

interface Interpreter {
  /** Options that take the next word. */
  readonly valued: readonly string[];
  /** Options after which there is no script file. */
  readonly inline: readonly string[];
  /** Leading words that still stand before the script: `bun run x`, `deno run x`. */
  readonly verbs: readonly string[];
  readonly isShell?: boolean;
}

const NODE: Interpreter = {
  valued: ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--title'],
  inline: ['-e', '--eval', '-p', '--print', '-pe'],
  verbs: [],
};
const BUN: Interpreter = {
  valued: ['-r', '--preload', '-c', '--config', '--cwd'],
  inline: ['-e', '--eval', '-p', '--print'],
  verbs: ['run', 'x'],
};
const NPX: Interpreter = { valued: ['-p', '--package'], inline: ['-c', '--call'], verbs: [] };
const PYTHON: Interpreter = { valued: ['-W', '-X'], inline: ['-c'], verbs: [] };
const SHELL: Interpreter = { valued: ['-o', '-O', '--rcfile', '--init-file'], inline: [], verbs: [], isShell: true };

const INTERPRETERS: ReadonlyMap<string, Interpreter> = new Map([
  ...['node', 'nodejs', 'tsx'].map((name) => [name, NODE] as const),
  ...['bun', 'deno'].map((name) => [name, BUN] as const),
  ...['npx', 'bunx', 'pnpx'].map((name) => [name, NPX] as const),
  ...['python'].map((name) => [name, PYTHON] as const),
  ...['sh', 'bash', 'zsh', 'dash', 'ksh', 'fish'].map((name) => [name, SHELL] as const),
]);

function scriptOf(words: readonly string[], interpreter: Interpreter): Program | null {
  let at = interpreter.verbs.includes(words[0] ?? '') ? 1 : 0;
  for (let word = words[at]; word !== undefined && /^[-+]./.test(word); word = words[at]) {
    if (interpreter.inline.includes(word) || isShellInline(word, interpreter)) return null;
    if (word === '--') return script(words, at + 1);
    if (word === '-m') return script(words, at + 1);
    at += interpreter.valued.includes(word) ? 2 : 1;
  }
  return script(words, at);
}

/** `-c`, `-lc`, `-ic` of a shell: a command line follows, not a file. */
const isShellInline = (word: string, { isShell }: Interpreter): boolean =>
  isShell === true && /^-[a-z]*c[a-z]*$/.test(word);

function script(words: readonly string[], at: number): Program | null {
  const path = words[at];
  return path === undefined || path === ''
    ? null
    : { name: bareName(baseName(path)), path, args: words.slice(at + 1), wrapped: true };
}

/** A title written over argv is one word with blanks: `npm exec @openai/codex` runs npm. A path with blanks starts with a slash. */
function retitled(argv: readonly string[]): readonly string[] {
  const only = argv.length === 1 ? argv[0] : undefined;
  return only?.includes(' ') && !only.startsWith('/') ? only.split(' ').filter((word) => word !== '') : argv;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const bareName = (name: string): string => name.replace(/\.([cm]?[jt]s|py|sh|exe)$/, '');
