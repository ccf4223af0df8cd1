import { describe, expect, test } from 'vitest';
import { adapters } from '../../src/agents/index.ts';
import { startedAgent, startedCommands } from '../../src/agents/start-command.ts';

describe("a pane's start command, as tmux 3.3a prints it, names the agent that it starts", () => {
  test.each([
    ['claude', 'claude'],
    ['"claude --dangerously-skip-permissions"', 'claude'],
    ['claude --resume x', 'claude'],
    ['"cd /tmp && exec claude --resume x"', 'claude'],
    ['"cd \\"/tmp/my dir\\" && exec claude"', 'claude'],
    ['env "A=b c" claude', 'claude'],
    ['"A=\\"x y\\" exec env -u CLAUDECODE B=1 claude"', 'claude'],
    ['sh -c "cd x; exec -a agy agy --dangerously-skip-permissions"', 'agy'],
    ['bash -lc "nohup codex resume --last"', 'codex'],
    ['"bash -lc \'codex resume --last\'"', 'codex'],
    ['"claude; exec zsh"', 'claude'],
    ['"if true; then claude; fi"', 'claude'],
    ['"\\$HOME/.local/bin/claude"', 'claude'],
    ['"npx -y claude"', 'claude'],
    ['"claude 2>/dev/null"', 'claude'],
    ['"2>/dev/null claude"', 'claude'],
    ['', null],
    ['zsh', null],
    ['"echo claude"', null],
    ['"echo \'; claude\'"', null],
    ['"# claude"', null],
    ['"vim claude"', null],
    ['"git commit -m \\"&& claude\\""', null],
    ['"claude -p hello"', null],
    ['"claude mcp serve"', null],
    ['"echo > claude"', null],
    ['"\\$(claude)"', null],
    ['"echo `claude`"', null],
  ])('%s => %s', (startCommand, agent) => {
    expect(startedAgent(startCommand, adapters)).toBe(agent);
  });

  test.each([
    ["sleep '' \\~ \\~x 'a\"b' \"it's\" a\\nb \\$", [['sleep', '', '~', '~x', 'a"b', "it's", 'a\nb', '$']]],
    [
      'sh -c "sleep 100; echo \\"hi \\$HOME\\" ~"',
      [
        ['sleep', '100'],
        ['echo', 'hi $HOME', '~'],
      ],
    ],
    ['"echo a\\\\tb"', [['echo', 'atb']]],
    ['"a b\\"c d\\" \'e\'f"', [['a', 'bc d', 'ef']]],
    ['"a && b || c | d & e; (f)\\ng"', [['a'], ['b'], ['c'], ['d'], ['e'], ['f'], ['g']]],
    ['"a $(b; c) d"', [['a', '$(b; c)', 'd']]],
    ['"a \'unclosed"', [['a', 'unclosed']]],
    ['"A=1 B=2"', []],
    ['printf \\033x', [['printf', '\u001bx']]],
  ])('%s is %j', (startCommand, commands) => {
    expect(startedCommands(startCommand)).toEqual(commands);
  });

  test('a long hostile line is read in linear time', () => {
    const line = `"${'$('.repeat(200_000)}"`;
    expect(startedAgent(line, adapters)).toBeNull();
  });
});
