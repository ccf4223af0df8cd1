import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adapterNamed } from '../../src/agents/index.ts';
import { checkHook, type HookPlace, installHook, uninstallHook } from '../../src/agents/install/install-hook.ts';
import { makePlace, type Place } from './stand-in.ts';

const COMMAND = '"/home/u/.tmux/plugins/tmux-drift/dist/tmux-drift" hook claude';
let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

function hookPlace(agent = 'claude'): HookPlace {
  const hook = adapterNamed(agent)?.hook;
  if (!hook) throw new Error(`${agent} has no hook`);
  return { agent, hook, homes: place.homes, stateFolder: join(place.home, 'state') };
}
const file = (agent = 'claude') => hookPlace(agent).hook.settingsFile(place.homes);
const read = (agent = 'claude') => readFileSync(file(agent), 'utf8');
function write(text: string, agent = 'claude'): void {
  mkdirSync(dirname(file(agent)), { recursive: true });
  writeFileSync(file(agent), text);
}
const install = (command = COMMAND) => installHook(hookPlace(), command).outcome;
const uninstall = () => uninstallHook(hookPlace()).outcome;
const forget = () => rmSync(join(place.home, 'state'), { recursive: true });

/** Settings as people and programs write them. */
const FORMS: Readonly<Record<string, string>> = {
  'an empty object': '{}',
  'an empty object with a newline': '{}\n',
  'an empty object over lines': '{\n}\n',
  'an empty object with a blank': '{ }',
  'two blanks': '{\n  "model": "opus",\n  "env": {\n    "A": "b"\n  }\n}\n',
  'four blanks': '{\n    "model": "opus"\n}',
  tabs: '{\n\t"model": "opus",\n\t"list": [1,2,\n\t3]\n}\n',
  'CRLF lines': '{\r\n  "model": "opus"\r\n}\r\n',
  'one line': '{"model":"opus","n":1e3}',
  'one line with blanks': '{ "model": "opus" , "x": [ ] }',
  'empty hooks': '{\n  "hooks": {}\n}\n',
  'empty hooks with blanks': '{\n  "hooks": {   }\n}\n',
  'an empty list of our event': '{\n  "hooks": {\n    "SessionStart": [ ]\n  }\n}\n',
  'hooks of others': `{
  "hooks": {
    "SessionStart": [
      { "matcher": "startup", "hooks": [{ "type": "command", "command": "echo hi" }] }
    ],
    "Stop": [{"hooks": [{"type":"command","command":"beep"}]}]
  },
  "model": "opus"
}
`,
  'hooks of others in one line': '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"x"}]}]}}',
  'odd but valid': '\n {"a\\"b{": "]}", "ü": "\\u00e9",\n\n"hooks"  :{"SessionEnd":[]}  , "z":-1.5e+3}\n\n',
};

describe("installing a hook in Claude's settings", () => {
  describe.each(Object.entries(FORMS))('with %s', (_, text) => {
    test('adds three commands, keeps all else, and changes nothing the second time', () => {
      write(text);
      expect(install()).toBe('installed');
      const once = read();
      const { hooks, ...rest } = JSON.parse(once);
      const { hooks: hooksBefore = {}, ...restBefore } = JSON.parse(text);
      expect(rest).toEqual(restBefore);
      for (const event of ['SessionStart', 'UserPromptSubmit', 'SessionEnd']) {
        const later = event === 'SessionEnd' ? {} : { async: true };
        const ours = { hooks: [{ type: 'command', command: COMMAND, timeout: 5, ...later }] };
        expect(hooks[event]).toEqual([...(hooksBefore[event] ?? []), ours]);
      }
      expect(hooks.Stop).toEqual(hooksBefore.Stop);
      const before = lstatSync(file()).mtimeMs;
      expect([install(), read(), lstatSync(file()).mtimeMs]).toEqual(['unchanged', once, before]);
    });
    test('is taken out to the byte', () => {
      write(text);
      install();
      expect([uninstall(), read()]).toEqual(['removed', text]);
      expect([uninstall(), read()]).toEqual(['absent', text]);
    });
    test('is taken out to the byte after it was installed anew with another path', () => {
      write(text);
      install();
      expect(install('"/opt/tmux-drift" hook claude')).toBe('updated');
      expect(read()).not.toContain('plugins');
      expect([uninstall(), read()]).toEqual(['removed', text]);
    });
  });

  test.each([
    'two blanks',
    'four blanks',
    'tabs',
    'CRLF lines',
    'one line',
    'hooks of others',
    'hooks of others in one line',
  ])('with %s is taken out to the byte even without our record', (form) => {
    write(FORMS[form] ?? '');
    install();
    forget();
    expect([uninstall(), read()]).toEqual(['removed', FORMS[form]]);
  });

  test('writes in the style of the file', () => {
    write('{\n\t"model": "opus"\n}\n');
    install();
    expect(read().startsWith('{\n\t"model": "opus",\n\t"hooks": {\n\t\t"SessionStart": [\n\t\t\t{\n')).toBe(true);
    write('{"model":"opus"}');
    install();
    expect(read().startsWith('{"model":"opus","hooks":{"SessionStart":[{"hooks":[{"type"')).toBe(true);
  });

  test('writes lines that end like those of the file, two blanks deep in a file without any', () => {
    write(FORMS['CRLF lines'] ?? '');
    install();
    expect(read().replaceAll('\r\n', '')).not.toContain('\n');
    write('{}');
    install();
    expect(read().startsWith('{\n  "hooks": {\n    "SessionStart": [\n')).toBe(true);
  });

  test('goes where the agent looks when a name stands twice: the last one counts', () => {
    write('{"hooks": {}, "hooks": {"Stop": []}}');
    install();
    expect(Object.keys(JSON.parse(read()).hooks)).toEqual(['Stop', 'SessionStart', 'UserPromptSubmit', 'SessionEnd']);
  });

  test('makes a file where there was none, and takes it away again', () => {
    expect(install()).toBe('installed');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(read().endsWith('}\n')).toBe(true);
    expect(uninstall()).toBe('removed');
    expect(existsSync(file())).toBe(false);
    expect(uninstall()).toBe('absent');
  });

  test('gives an empty file back as it was', () => {
    write(' \n');
    install();
    expect(JSON.parse(read()).hooks.SessionEnd).toHaveLength(1);
    expect([uninstall(), read()]).toEqual(['removed', ' \n']);
  });

  test('keeps what others changed since', () => {
    write('{\n  "model": "opus"\n}\n');
    install();
    writeFileSync(file(), read().replace('"opus"', '"sonnet"'));
    expect([uninstall(), read()]).toEqual(['removed', '{\n  "model": "sonnet"\n}\n']);
  });

  test('takes only ours out of a group that others put it in', () => {
    const group = (...commands: string[]) => ({
      hooks: { SessionStart: [{ matcher: 'x', hooks: commands.map((command) => ({ type: 'command', command })) }] },
    });
    write(JSON.stringify(group('echo tmux-drift', COMMAND, 'b')));
    uninstall();
    expect(JSON.parse(read())).toEqual(group('echo tmux-drift', 'b'));
    write(JSON.stringify(group(COMMAND)));
    uninstall();
    expect(JSON.parse(read())).toEqual({});
  });

  test('knows a binary of another name again', () => {
    write('{}');
    install('"/opt/td" hook claude');
    expect(JSON.parse(read()).hooks.SessionStart[0].hooks[0].command).toBe('"/opt/td" hook claude # tmux-drift');
    forget();
    install('"/opt/other" hook claude');
    expect(read()).not.toContain('/opt/td');
    uninstall();
    expect(JSON.parse(read())).toEqual({});
  });

  test('goes through a symlink, which stays', () => {
    mkdirSync(join(place.home, 'dotfiles'));
    mkdirSync(dirname(file()));
    writeFileSync(join(place.home, 'dotfiles/settings.json'), '{}', { mode: 0o644 });
    symlinkSync('../dotfiles/settings.json', file());
    install();
    expect([lstatSync(file()).isSymbolicLink(), statSync(file()).mode & 0o777]).toEqual([true, 0o644]);
    uninstall();
    expect(readFileSync(join(place.home, 'dotfiles/settings.json'), 'utf8')).toBe('{}');
  });
});

describe('a file that is not understood is refused and keeps its bytes', () => {
  test.each([
    ['{"a": 1,}', /cannot read .*settings\.json: .*JSON.*nothing was written/],
    ['{"a": 1} // note', /JSON/],
    ['{"hooks"', /JSON/],
    ['[]', /not a JSON object/],
    ['"text"', /not a JSON object/],
    ['\ufeff{}', /JSON/],
    ['{"hooks": []}', /hooks is not an object/],
    ['{"hooks": null}', /hooks is not an object/],
    ['{"hooks": {"SessionEnd": {}}}', /hooks\.SessionEnd is not a list/],
  ])('%s', (text, message) => {
    write(text);
    expect(() => install()).toThrow(message);
    expect(checkHook(hookPlace(), COMMAND).state).not.toBe('installed');
    expect(read()).toBe(text);
  });
  test('also when it is no UTF-8', () => {
    mkdirSync(dirname(file()), { recursive: true });
    writeFileSync(file(), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expect(() => install()).toThrow('not UTF-8');
    expect(() => uninstall()).toThrow('not UTF-8');
  });
});

describe('a check says', () => {
  const check = () => checkHook(hookPlace(), COMMAND).state;
  test('absent, installed, outdated, unreadable', () => {
    expect(check()).toBe('absent');
    write('{}');
    expect(check()).toBe('absent');
    install();
    expect(check()).toBe('installed');
    install('"/old/tmux-drift" hook claude');
    expect(checkHook(hookPlace(), COMMAND)).toEqual({
      file: file(),
      state: 'outdated',
      reason: 'it runs "/old/tmux-drift" hook claude',
    });
    write('{');
    expect(check()).toBe('unreadable');
  });
  test('outdated when one of the events is missing', () => {
    write(JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: COMMAND }] }] } }));
    expect(check()).toBe('outdated');
  });
});

describe('other agents', () => {
  test('agy: an entry of our own name, its event as an argument', () => {
    const others = '{\n  "lint": {\n    "Stop": []\n  }\n}\n';
    write(others, 'agy');
    installHook(hookPlace('agy'), '"/x/tmux-drift" hook agy');
    expect(JSON.parse(read('agy'))['tmux-drift']).toEqual({
      enabled: true,
      PreInvocation: [{ type: 'command', command: '"/x/tmux-drift" hook agy PreInvocation', timeout: 10 }],
      Stop: [{ type: 'command', command: '"/x/tmux-drift" hook agy Stop', timeout: 10 }],
    });
    expect(installHook(hookPlace('agy'), '"/y/tmux-drift" hook agy').outcome).toBe('updated');
    expect(checkHook(hookPlace('agy'), '"/y/tmux-drift" hook agy').state).toBe('installed');
    uninstallHook(hookPlace('agy'));
    expect(read('agy')).toBe(others);
  });
  test('codex: SessionStart and UserPromptSubmit in hooks.json', () => {
    installHook(hookPlace('codex'), '"/x/tmux-drift" hook codex');
    expect(Object.keys(JSON.parse(read('codex')).hooks)).toEqual(['SessionStart', 'UserPromptSubmit']);
    uninstallHook(hookPlace('codex'));
    expect(existsSync(file('codex'))).toBe(false);
  });
});

describe('any settings in any format', () => {
  /** A JSON text with random blanks between its tokens. */
  const spaced = (value: unknown, blank: () => string): string => {
    if (Array.isArray(value))
      return `[${blank()}${value.map((item) => spaced(item, blank)).join(`${blank()},${blank()}`)}${blank()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(
      ([name, item]) => `${JSON.stringify(name)}${blank()}:${blank()}${spaced(item, blank)}`,
    );
    return `{${blank()}${members.join(`${blank()},${blank()}`)}${blank()}}`;
  };
  const group = fc.record({
    hooks: fc.array(fc.record({ type: fc.constant('command'), command: fc.string() }), { maxLength: 2 }),
  });
  const settings = fc.record(
    {
      model: fc.jsonValue(),
      hooks: fc.record(
        { SessionStart: fc.array(group, { maxLength: 2 }), Stop: fc.array(group, { maxLength: 2 }) },
        { requiredKeys: [] },
      ),
      'x y': fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const blanks = fc.array(fc.constantFrom('', ' ', '\n', '\n  ', '\t', '\r\n'), { minLength: 1, maxLength: 8 });

  test('survive an installation and its removal to the byte', () => {
    fc.assert(
      fc.property(settings, blanks, (value, choices) => {
        let turn = 0;
        const text = spaced(value, () => choices[turn++ % choices.length] ?? '');
        write(text);
        install();
        const { hooks, ...rest } = JSON.parse(read());
        const { hooks: before, ...expected } = JSON.parse(text);
        expect(rest).toEqual(expected);
        expect(hooks.SessionStart).toHaveLength((before?.SessionStart?.length ?? 0) + 1);
        expect(install()).toBe('unchanged');
        expect([uninstall(), read()]).toEqual(['removed', text]);
      }),
      { numRuns: process.env.TMUX_DRIFT_FUZZ === '1' ? 1000 : 100 },
    );
  }, 240_000);
});

test('the installed command runs what it names, whatever the path holds', () => {
  const odd = join(place.home, "my $HOME `x` it's tmux-drift");
  mkdirSync(odd);
  writeFileSync(join(odd, 'tmux-drift'), '#!/bin/sh\nprintf "%s " "$@"; cat\n', { mode: 0o755 });
  write('{}');
  const quoted = `'${join(odd, 'tmux-drift').replaceAll("'", "'\\''")}'`;
  install(`${quoted} hook claude`);
  const [{ hooks }] = JSON.parse(read()).hooks.SessionStart;
  expect(execFileSync('sh', ['-c', hooks[0].command], { input: '{"a":1}', encoding: 'utf8' })).toBe(
    'hook claude {"a":1}',
  );
});
