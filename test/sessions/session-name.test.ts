import { describe, expect, test } from 'vitest';
import { checkName, defaultName } from '../../src/sessions/session-name.ts';

describe('a default name', () => {
  test.each([
    ['/home/u/api', 'api-creator-claude'],
    ['/home/u/my.api v2', 'my_api_v2-creator-claude'],
    ['/home/u/größe', 'größe-creator-claude'],
    ['/home/u/-x', 'x-creator-claude'],
    ['/home/u/$(rm)', '_rm_-creator-claude'],
    ['/', 'root-creator-claude'],
  ])('of %s is %s', (cwd, name) => {
    expect(defaultName(cwd, 'claude', new Set())).toBe(name);
    expect(checkName(name)).toBe(name);
  });

  test('gets a number when it is taken, and ends with the agent all the same', () => {
    expect(defaultName('/x/api', 'agy', new Set(['api-creator-agy', 'api-2-creator-agy']))).toBe('api-3-creator-agy');
  });
});

describe('a name that somebody gives', () => {
  test.each(['a', 'with blank', '@3', '%3', '*', '{last}', 'ünï', '#(x)', `a"b'c`])('may be %s', (name) => {
    expect(checkName(name)).toBe(name);
  });

  test.each([
    ['', 'it is empty'],
    ['a:b', 'tmux does not allow : and . in it'],
    ['a.b', 'tmux does not allow : and . in it'],
    ['a\nb', 'it holds a control character, a backslash or a dollar sign'],
    ['a\\b', 'it holds a control character, a backslash or a dollar sign'],
    ['$1', 'it holds a control character, a backslash or a dollar sign'],
    ['=a', 'tmux takes a leading = for something else'],
    ['-a', 'tmux takes a leading - for something else'],
    ['x'.repeat(101), 'it is longer than 100 characters'],
  ])('may not be %j', (name, why) => {
    expect(() => checkName(name)).toThrow(why);
  });
});
