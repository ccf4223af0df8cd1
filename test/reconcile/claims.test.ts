/** C `conversation` where it is hard to tell: guesses, locks, dead processes. The plain cases are in detect.test.ts. */
import { describe, expect, it } from 'vitest';
import type { SessionFacts, World } from '../../src/reconcile/types.ts';
import type { ConversationSource, Row } from '../../src/registry/types.ts';
import { plan, seen } from '../builders/detected.ts';
import { agentProcess, evidence, facts, NOW, present, row, session, world } from '../builders/world.ts';

const live = (over: Partial<SessionFacts>) => world([present([session()])], { $1: facts(over) });
const said = (source: ConversationSource) =>
  row({ conversation: { id: 'old', source, observedAt: '2027-01-15T07:59:00Z', transcript: null } });
const two = [session(), session({ id: '$2', name: 'b-creator-claude', pid: 43 })];
const rowB = row({ name: 'b-creator-claude', pane: { ...row().pane, pid: 43 } });

describe('a guess', () => {
  const startedAt = agentProcess().startedAt;
  const endedRow = (over: Partial<Row>) => row({ name: 'c-creator-claude', status: 'terminated', ...over });
  it.each<[string, Row, readonly string[]]>([
    ['ended while this one ran', endedRow({ terminatedAt: startedAt + 9 }), ['C conversation']],
    ['ended in the second in which this one started', endedRow({ terminatedAt: startedAt }), ['C conversation']],
    ['ended nobody knows when', endedRow({ terminatedAt: null }), ['C conversation']],
    ['was archived meanwhile', endedRow({ terminatedAt: startedAt + 9, status: 'archived' }), ['C conversation']],
    ['ended before this one started', endedRow({ terminatedAt: startedAt - 1 }), ['C conversation*']],
    [
      'was in another folder',
      endedRow({ terminatedAt: startedAt + 9, pane: { ...row().pane, cwd: '/elsewhere' } }),
      ['C conversation*'],
    ],
    ["was another agent's", endedRow({ terminatedAt: startedAt + 9, agent: 'agy' }), ['C conversation*']],
  ])('guesses or not beside a session that %s', (_title, ended, expected) => {
    const of = live({ candidates: [evidence('x', 'guess')] });
    expect(seen([row()], { ...of, ended: [ended] })).toEqual(expected);
  });
  it('does not guess in the run that finds the other session of the folder gone', () => {
    expect(seen([row(), rowB], live({ candidates: [evidence('x', 'guess')] }))).toEqual(['A gone*', 'C conversation']);
  });
  it('does not guess beside a session whose agent has exited', () => {
    const of = world([present(two)], {
      $1: facts({ candidates: [evidence('x', 'guess')] }),
      $2: facts({ process: null, pids: [43] }),
    });
    expect(seen([row(), rowB], of)).toEqual(['C conversation']);
  });
  it('doubts a guess once there is another conversation to choose from', () => {
    const of = live({ candidates: [evidence('old', 'guess'), evidence('b', 'guess')] });
    const guessed = { ...said('guess'), place: { start: 10, end: 90, line: 2 } };
    const claimed = new Map([['old', [50]]]);
    expect(seen([guessed], { ...of, claimed })).toEqual(['C conversation']);
    expect(seen([guessed], { ...live({ candidates: [evidence('old', 'guess')] }), claimed })).toEqual([]);
  });
});

describe('what the kernel says now', () => {
  const locked = (id: string) => evidence(id, 'process', { held: true });
  it.each<[string, Row, World, readonly string[]]>([
    ['takes the one that is held', row(), live({ evidence: [locked('a')] }), ['C conversation*']],
    ['reports that several are held', row(), live({ evidence: [locked('a'), locked('b')] }), ['C conversation']],
    [
      'reports that one more is held than the row has from the process',
      said('process'),
      live({ evidence: [locked('old'), locked('b')] }),
      ['C conversation'],
    ],
    ["believes the hook's among several", said('hook'), live({ evidence: [locked('old'), locked('b')] }), []],
    ["reports that the hook's is not held", said('hook'), live({ evidence: [locked('b')] }), ['C conversation']],
    [
      'lets a hook that comes along have the last word',
      said('hook'),
      live({ evidence: [evidence('new', 'hook', { observedAt: NOW * 1000 }), locked('b')] }),
      ['C conversation*'],
    ],
    ['reports that nothing is held any more', said('process'), live({}), ['C conversation']],
    ['keeps what the hook said when nothing is held', said('hook'), live({}), []],
  ])('%s', (_title, one, of, expected) => {
    expect(seen([one], of)).toEqual(expected);
  });
});

describe('a process that is dead', () => {
  const had = row({
    childPid: 5000,
    conversation: { id: 'x', source: 'hook', observedAt: '2027-01-15T07:59:00Z', transcript: null },
  });
  const exited = facts({ process: null, pids: [4242] });
  const again = (over: Partial<SessionFacts> = {}) => facts({ process: agentProcess({ pid: 5001 }), ...over });
  const one = (of: SessionFacts) => world([present([session()])], { $1: of });

  it('keeps the id for a resumption while no agent runs in the session', () => {
    expect(seen([had], one(exited))).toEqual(['G agent-exited']);
  });
  it('forgets the id when another process of the agent runs there and says nothing', () => {
    expect(seen([had], one(again()))).toEqual(['C conversation*']);
    expect(plan([had], one(again()))).toMatchObject({ claude_session_id_own: null, child_pid: 5001 });
  });
  it('takes what the new process says, be it the same', () => {
    expect(plan([had], one(again({ evidence: [evidence('y', 'argv')] })))).toMatchObject({
      conversation: { id: 'y' },
      child_pid: 5001,
    });
    expect(plan([had], one(again({ evidence: [evidence('x', 'argv')] })))).toMatchObject({
      conversation: { id: 'x', source: 'argv' },
      child_pid: 5001,
    });
  });
  it('takes the shell or the shim around the agent for the same process', () => {
    expect(seen([had], one(facts({ process: agentProcess({ pid: 5001, ppid: 5000 }) })))).toEqual([]);
  });
  it("keeps the id while another agent's process runs there", () => {
    expect(seen([had], one(facts({ process: agentProcess({ pid: 5001, agent: 'agy' }) })))).toEqual([]);
  });
  it('lets go of the id when another session goes on with the conversation', () => {
    const rows = [had, rowB];
    const of = world([present(two)], { $1: exited, $2: facts({ evidence: [evidence('x')] }) });
    expect(seen(rows, of)).toEqual(['C conversation*', 'C conversation*', 'G agent-exited']);
  });
});
