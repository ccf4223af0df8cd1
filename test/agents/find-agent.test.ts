import { describe, expect, test } from 'vitest';
import { findAgent, pidsUnder } from '../../src/agents/find-agent.ts';
import { hookCaller, processesAbove } from '../../src/agents/hook-caller.ts';
import { adapterNamed, adapters } from '../../src/agents/index.ts';
import { EnvironmentError } from '../../src/errors.ts';
import type { ProcessTable } from '../../src/process/process-table.ts';
import { agentProcess } from './agent-process.ts';

/** A process table from lines `pid parent argv`; a pid of `!` makes reading it fail. */
function table(lines: string): ProcessTable {
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/));
  return {
    get(pid) {
      const row = rows.find(([own]) => Number(own) === pid);
      if (row?.[2] === '!') throw new EnvironmentError('process-table', 'EMFILE');
      return row ? agentProcess({ pid, ppid: Number(row[1]), argv: row.slice(2) }) : null;
    },
    childrenOf: (pid) => rows.filter(([, parent]) => Number(parent) === pid).map(([own]) => Number(own)),
  };
}

const pane = (pid: number, dead = false) => ({ id: `%${pid}`, pid, dead });

function find(lines: string, { panes = [1], wanted = null as string | null } = {}): string {
  const found = findAgent(
    panes.map((pid) => pane(pid)),
    table(lines),
    wanted,
    adapters,
  );
  return found === null || found === 'unknown' ? String(found) : `${found.agent} ${found.pid} in ${found.paneId}`;
}

describe('the agent process under a pane', () => {
  test.each([
    ['is the pane itself', '1 0 claude', 'claude 1 in %1'],
    ['is a child of the shell', '1 0 -zsh\n2 1 claude', 'claude 2 in %1'],
    [
      'is behind npx and its shell',
      '1 0 zsh\n2 1 npm exec claude\n3 2 sh -c claude\n4 3 node /x/claude\n5 4 mcp',
      'claude 4 in %1',
    ],
    [
      'is the native program in the npm shim',
      '1 0 zsh\n2 1 node /l/bin/codex.js resume\n3 2 codex resume',
      'codex 3 in %1',
    ],
    ['is the shim as long as there is no program in it', '1 0 zsh\n2 1 node /l/bin/codex.js', 'codex 2 in %1'],
    [
      'is the real one in a script of its name',
      '1 0 bash /u/bin/claude\n2 1 /opt/claude\n3 2 claude mcp',
      'claude 2 in %1',
    ],
    ['is the nearest', '1 0 zsh\n2 1 make\n3 1 claude\n4 2 codex', 'claude 3 in %1'],
    ['is not another agent that it runs', '1 0 claude\n2 1 codex', 'claude 1 in %1'],
    ['is not what a list of agents has started', '1 0 zsh\n2 1 claude agents\n3 2 claude --session-id x', 'null'],
    ['is not a headless one', '1 0 zsh\n2 1 claude -p hello', 'null'],
    ['is not there', '1 0 zsh\n2 1 vim claude', 'null'],
    ['is not there when the pane has ended', '2 0 claude', 'null'],
    ['is not looked for too deep', '1 0 a\n2 1 a\n3 2 a\n4 3 a\n5 4 a\n6 5 a\n7 6 a\n8 7 claude', 'null'],
    ['is found at the deepest level', '1 0 a\n2 1 a\n3 2 a\n4 3 a\n5 4 a\n6 5 a\n7 6 claude', 'claude 7 in %1'],
  ])('%s', (_, lines, expected) => {
    expect(find(lines)).toBe(expected);
  });

  test('of several panes is the wanted one, else the first', () => {
    const lines = '1 0 codex\n2 0 zsh\n3 2 claude\n4 0 claude';
    expect(find(lines, { panes: [1, 2, 4], wanted: 'claude' })).toBe('claude 3 in %2');
    expect(find(lines, { panes: [1, 2, 4], wanted: 'agy' })).toBe('codex 1 in %1');
    expect(find(lines, { panes: [1, 2, 4] })).toBe('codex 1 in %1');
  });

  test('is not looked for in a dead pane', () => {
    expect(findAgent([pane(1, true)], table('1 0 claude'), null, adapters)).toBeNull();
  });
});

describe('what cannot be read is unknown, never "no process"', () => {
  test('the table as a whole', () => {
    expect(findAgent([pane(1)], 'unknown', null, adapters)).toBe('unknown');
    expect(pidsUnder([pane(1)], 'unknown')).toBe('unknown');
  });
  test('a process under the pane', () => {
    expect(find('1 0 zsh\n2 1 !')).toBe('unknown');
    expect(pidsUnder([pane(1)], table('1 0 zsh\n2 1 !'))).toBe('unknown');
  });
  test('one of the panes, unless the wanted agent is in another', () => {
    const lines = '1 0 !\n2 0 claude';
    expect(find(lines, { panes: [1, 2], wanted: 'claude' })).toBe('claude 2 in %2');
    expect(find(lines, { panes: [1, 2], wanted: 'codex' })).toBe('unknown');
  });
  test('more processes than one looks at', () => {
    const crowd = Array.from({ length: 600 }, (_, at) => `${at + 2} 1 cc`).join('\n');
    expect(find(`1 0 make\n${crowd}`)).toBe('unknown');
    expect(find(`1 0 claude\n${crowd}`)).toBe('claude 1 in %1');
  });
  test('an agent that ended while it was looked at is none', () => {
    const gone = {
      ...table('1 0 claude'),
      get: (pid: number) => agentProcess({ pid, startedAt: 0, startTicks: null }),
    };
    expect(findAgent([pane(1)], gone, null, adapters)).toBeNull();
  });
});

test('every process id under the panes is listed', () => {
  expect(pidsUnder([pane(1), pane(4)], table('1 0 zsh\n2 1 claude\n3 2 mcp\n4 0 vim\n5 9 other'))).toEqual([
    1, 2, 3, 4,
  ]);
});

describe('who made a hook call', () => {
  const caller = (lines: string, from: number) => {
    const codex = adapterNamed('codex');
    const found = codex && hookCaller(processesAbove(from, table(lines)), codex);
    return typeof found === 'object' && found ? found.pid : found;
  };
  test.each([
    ['is the agent above its shell', '5 1 codex\n6 5 sh -c hook\n7 6 sh hook', 7, 5],
    ['is the agent itself', '5 1 codex', 5, 5],
    [
      'is elsewhere when a shared daemon runs it, whoever started that',
      '5 1 codex\n6 5 codex app-server --managed-daemon\n7 6 sh -c hook',
      7,
      'elsewhere',
    ],
    ['is not known when nobody above is that agent', '5 1 claude\n6 5 sh -c hook', 6, null],
    ['is not known when it was left alone', '6 1 sh -c hook', 6, null],
    ['is not known when a parent is gone', '6 5 sh -c hook', 6, null],
  ])('%s', (_, lines, from, expected) => {
    expect(caller(lines, from)).toBe(expected);
  });
  test('is not known when the table cannot be read', () => {
    const codex = adapterNamed('codex');
    expect(codex && hookCaller(processesAbove(1, 'unknown'), codex)).toBeNull();
  });
});
