/** What docs/ says of commands, options and settings is what the binary has: no more, no less. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../src/config-schema.ts';
import { root, Sandbox } from './harness.ts';

const docs = join(root, 'docs');
const read = (name: string): string => readFileSync(join(docs, name), 'utf8');
const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

const helpOf = (sandbox: Sandbox, ...words: readonly string[]): string => sandbox.call(...words, '--help').stdout;

/** Names in the list of commands of a help text. */
const commandsIn = (help: string): readonly string[] =>
  [...(help.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help');

function allCommands(sandbox: Sandbox): readonly string[] {
  return commandsIn(helpOf(sandbox)).flatMap((name) => {
    const below = commandsIn(helpOf(sandbox, name));
    return below.length === 0 ? [name] : below.map((one) => `${name} ${one}`);
  });
}

/** Cells of the rows of the table below a heading. */
function tableBelow(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#/m)[0] ?? '';
  return [...section.matchAll(/^\| (.*) \|$/gm)].slice(1).map(([, row]) => (row ?? '').split(' | '));
}

const quotedIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');

test('commands.md lists every command', () => {
  const listed = tableBelow(read('commands.md'), 'Commands').flatMap(([names = '']) => quotedIn(names));
  const names = listed.map((words) => words.replace(/ (--|[A-Z]).*$/, ''));
  expect(unique(names)).toEqual(unique(allCommands(new Sandbox())));
});

test('commands.md lists every option of every command', () => {
  const sandbox = new Sandbox();
  const rows = new Map<string, readonly string[]>();
  for (const [names = '', options = ''] of tableBelow(read('commands.md'), 'Options')) {
    const flags = quotedIn(options).flatMap((text) => /^--[a-z-]+/.exec(text)?.[0] ?? []);
    for (const name of quotedIn(names)) rows.set(name.replace(' …', ''), flags);
  }
  for (const command of allCommands(sandbox)) {
    const flags = [...helpOf(sandbox, ...command.split(' ')).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
      ([, flag]) => flag ?? '',
    );
    const own = flags.filter((flag) => !['--help', '--registry'].includes(flag));
    const said = rows.get(command) ?? rows.get(command.split(' ')[0] ?? '') ?? [];
    const missing = own.filter((flag) => !said.includes(flag));
    expect({ command, missing }).toEqual({ command, missing: [] });
    if (rows.has(command)) expect({ command, flags: unique(said) }).toEqual({ command, flags: unique(own) });
  }
});

/** Everything that could read an option. */
const sources = (): string =>
  execFileSync('git', ['-C', root, 'ls-files', '-z', 'src', 'scripts', 'plugin.tmux'], { encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');

test('options.md lists every tmux option that is read', () => {
  const listed = tableBelow(read('options.md'), 'tmux options').flatMap(([name = '']) => quotedIn(name));
  const known = [...sources().matchAll(/@drift-[a-z]+(?:-[a-z]+)*/g)].map(([name]) => name);
  expect(unique(listed)).toEqual(unique(known));
});

test('the config file in options.md is accepted, and has every key', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(read('options.md'))?.[1] ?? '';
  const config = parse(yaml);
  expect(checkConfig(config)).toEqual({ config });
  const schema = readFileSync(join(root, 'src/config-schema.ts'), 'utf8');
  const keys = [...schema.matchAll(/^ {2}(\w+): v\.optional/gm)].map(([, key]) => key ?? '');
  for (const key of keys) expect(yaml).toMatch(new RegExp(`^\\s*${key}:`, 'm'));
});

test('links lead somewhere', () => {
  for (const name of readdirSync(docs).filter((file) => file.endsWith('.md'))) {
    for (const [, target = ''] of read(name).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!/^https?:/.test(target))
        expect({ name, target, there: existsSync(join(docs, target)) }).toEqual({ name, target, there: true });
    }
  }
});

describe('exit codes', () => {
  const drifting =
    'tmux_sessions: []\nagent_identities:\n  claude: {session_id: 11111111-1111-4111-8111-111111111111}\n';
  interface Case {
    readonly words: readonly string[];
    readonly registry?: string;
    readonly env?: NodeJS.ProcessEnv;
  }
  test.each<[number, string, Case]>([
    [0, 'done, whatever it found', { words: ['reconcile'], registry: drifting }],
    [1, 'no registry', { words: ['reconcile'] }],
    [1, 'doctor found an error', { words: ['doctor'] }],
    [1, 'agents check misses a hook', { words: ['agents', 'check'] }],
    [1, 'no such job', { words: ['jobs', 'show', 'job-1'], registry: drifting }],
    [2, 'no such session', { words: ['resume', 'nobody'], registry: drifting }],
    [2, 'no such session', { words: ['delete', 'nobody'], registry: drifting }],
    [2, 'wrong use', { words: ['reconcile', '--bogus'] }],
    [2, 'a registry that cannot be understood', { words: ['reconcile'], registry: 'tmux_sessions: [' }],
    [0, '--check: no drift', { words: ['reconcile', '--check'], registry: 'tmux_sessions: []\n' }],
    [3, '--check: drift', { words: ['reconcile', '--check'], registry: drifting }],
    [
      4,
      '--check: a server could not be asked',
      { words: ['reconcile', '--check'], registry: drifting, env: { PATH: '/nowhere' } },
    ],
  ])('%i: %s', (code, _, { words, registry, env }) => {
    const sandbox = new Sandbox();
    if (registry !== undefined) sandbox.writeRegistry(registry);
    Object.assign(sandbox.env, env);
    const { status, stderr } = sandbox.call(...words);
    expect({ status, stderr }).toEqual({ status: code, stderr: expect.any(String) });
  });

  test.each([
    [['recncile'], /^error: unknown command 'recncile'.*reconcile.*\n$/],
    [['status', '--jsn'], /^error: unknown option '--jsn'.*--json.*\n$/],
  ])('an unknown word: one line, with the nearest valid one: %s', (words, line) => {
    const { status, stdout, stderr } = new Sandbox().call(...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
  });
});
