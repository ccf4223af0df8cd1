import { describe, expect, it } from 'vitest';
import { detect } from '../../src/reconcile/detect.ts';
import { artifactKey, type World } from '../../src/reconcile/types.ts';
import type { Row } from '../../src/registry/types.ts';
import { plan, seen } from '../builders/detected.ts';
import {
  absent,
  agentProcess,
  evidence,
  facts,
  NOW,
  ourRow,
  present,
  row,
  SOCKET,
  STARTED,
  session,
  unknown,
  view,
  world,
} from '../builders/world.ts';

const agentless = facts({ process: null, pids: [77], evidence: [] });
const closed = (sessionId: string, noneLeft: boolean) => ({
  socket: SOCKET,
  serverStarted: STARTED,
  sessionId,
  noneLeft,
});

describe('A gone', () => {
  it.each<[string, readonly Row[], World, readonly string[]]>([
    ['finds nothing where the session lives', [row()], world([present([session()])]), []],
    [
      'terminates a row whose session is not there',
      [row()],
      world([present([session({ id: '$2', name: 'other' })])]),
      ['A gone*'],
    ],
    ['terminates a row whose server is absent', [row()], world([absent()]), ['A gone*']],
    ['keeps a row when its server cannot be asked', [row()], world([unknown()]), []],
    ['keeps a row of a server that was not looked at', [row({ server: 'side' })], world([absent()]), []],
    [
      'leaves terminated and archived rows alone',
      [row({ status: 'terminated' }), row({ status: 'archived' })],
      world([absent()]),
      [],
    ],
    ['takes any other status for active', [row({ status: 'idle' })], world([absent()]), ['A gone*']],
    [
      'keeps a row without session id whose epoch is off by two seconds and whose pane differs',
      [row({ epoch: NOW - 4998, pane: { ...row().pane, pid: 1 } })],
      world([present([session()])]),
      [],
    ],
    [
      'keeps a row whose epoch differs when its pane is the same',
      [row({ epoch: 5 })],
      world([present([session()])]),
      [],
    ],
    [
      'takes a row that records a socket for that socket alone',
      [row({ socket: '/elsewhere/default' })],
      world([absent()]),
      [],
    ],
    [
      'does not take a recycled session id of a new server life for the old session',
      [ourRow()],
      world([present([session({ name: 'x' })], { started: STARTED + 9 })]),
      ['A gone*'],
    ],
    [
      'does not take the same id, born at another time, for the old session',
      [ourRow({ epoch: 7 })],
      world([present([session({ name: 'x' })])]),
      ['A gone*'],
    ],
    [
      'does not take the same id of a server started again within one second for the old session: its pane is older than the server',
      [ourRow({ epoch: STARTED, pane: { ...row().pane, pid: 900 } })],
      world([present([session({ name: 'x', created: STARTED })])]),
      ['A gone*'],
    ],
    [
      'keeps a row whose first pane is closed, and was younger than the server',
      [ourRow({ epoch: STARTED, pane: { ...row().pane, pid: 1200 } })],
      world([present([session({ created: STARTED })])]),
      [],
    ],
    [
      'keeps a row whose pane lives although its pid is smaller: pids had come to their end',
      [ourRow({ epoch: STARTED, pane: { ...row().pane, pid: 900 } })],
      world([present([session({ created: STARTED, pid: 900 })])]),
      [],
    ],
  ])('%s', (_title, rows, of, expected) => {
    expect(seen(rows, of)).toEqual(expected);
  });

  it('writes when and how the session ended', () => {
    expect(plan([row()], world([absent()]))).toEqual({
      status: 'terminated',
      terminated_at: '2027-01-15T08:00:00Z',
      terminated_at_epoch: NOW,
      termination_mode: 'auto-detected (tmux gone)',
      termination_reason: 'lost',
    });
  });

  it.each<[string, Row, World, string]>([
    [
      'closed: it ended while its server lived on',
      ourRow(),
      world([present([session({ id: '$2', name: 'o' })])], {}, { closed: [closed('$1', false)] }),
      'closed',
    ],
    ['lost: found gone without an event', ourRow(), world([present([session({ id: '$2', name: 'o' })])]), 'lost'],
    [
      'closed: it was the only session of its server',
      ourRow(),
      world([absent()], {}, { closed: [closed('$1', true)] }),
      'closed',
    ],
    [
      'closed: it ended before its server did',
      ourRow(),
      world([absent()], {}, { closed: [closed('$1', false), closed('$2', true)] }),
      'closed',
    ],
    [
      'lost: the whole server went down',
      ourRow(),
      world([absent()], {}, { closed: [closed('$1', true), closed('$2', true)] }),
      'lost',
    ],
    ['lost: its server was restarted', ourRow(), world([present([], { started: STARTED + 100 })]), 'lost'],
    [
      'lost: its server was restarted within one second',
      ourRow({ epoch: STARTED, pane: { ...row().pane, pid: 900 } }),
      world([present([session({ name: 'x', created: STARTED })])]),
      'lost',
    ],
    [
      'lost: events of another server life say nothing',
      ourRow({ serverStarted: STARTED - 50 }),
      world([absent()], {}, { closed: [closed('$1', true)] }),
      'lost',
    ],
  ])('%s', (_title, one, of, reason) => {
    expect(plan([one], of).termination_reason).toBe(reason);
  });
});

describe('B unregistered', () => {
  const live = world([present([session()])], { $1: facts() });
  it.each<[string, readonly Row[], World, readonly string[]]>([
    ['registers a live agent session without a row', [], live, ['B unregistered*']],
    ['registers beside an archived row of that name', [row({ status: 'archived' })], live, ['B unregistered*']],
    ['leaves a session of no agent alone', [], world([present([session()])], { $1: facts({ agent: null }) }), []],
    ['registers the same name on another server', [row({ server: 'side' })], live, ['B unregistered*']],
    [
      'does not register what a terminated row is about',
      [row({ status: 'terminated', terminatedAt: NOW - 10, sessionId: '$1', serverStarted: STARTED })],
      live,
      ['E still-alive'],
    ],
  ])('%s', (_title, rows, of, expected) => {
    expect(seen(rows, of)).toEqual(expected);
  });

  it('gives a conversation to the new row when the agent names one, so that the next run finds nothing', () => {
    const of = world([present([session()])], { $1: facts({ evidence: [evidence('id-1')] }) });
    expect(plan([], of).row).toMatchObject({
      claude_session_id_own: 'id-1',
      conversation: { id: 'id-1', source: 'process' },
      child_pid: 4242,
    });
  });
});

describe('C conversation', () => {
  const live = (over: Parameters<typeof facts>[0]) => world([present([session()])], { $1: facts(over) });
  const held = (source: 'hook' | 'process' | 'argv' | 'guess', at = '2027-01-15T07:59:00Z') =>
    row({ conversation: { id: 'old', source, observedAt: at, transcript: null } });
  it.each<[string, readonly Row[], World, readonly string[]]>([
    ['writes an id that the row lacks', [row()], live({ evidence: [evidence('new')] }), ['C conversation*']],
    [
      'finds nothing where the row says the same',
      [row({ ownIds: { claude_session_id_own: 'new' } })],
      live({ evidence: [evidence('new')] }),
      [],
    ],
    [
      'lets a record that the process holds correct an id of unknown source',
      [row({ ownIds: { claude_session_id_own: 'old' } })],
      live({ evidence: [evidence('new')] }),
      ['C conversation*'],
    ],
    [
      'reports argv against an id of unknown source',
      [row({ ownIds: { claude_session_id_own: 'old' } })],
      live({ evidence: [evidence('new', 'argv')] }),
      ['C conversation'],
    ],
    ['keeps what a hook said against a weaker record', [held('hook')], live({ evidence: [evidence('new')] }), []],
    [
      'lets a newer hook correct an older one',
      [held('hook', '2027-01-15T07:00:00Z')],
      live({ evidence: [evidence('new', 'hook')] }),
      ['C conversation*'],
    ],
    [
      'follows what the process holds within the same second',
      [held('process')],
      live({ evidence: [{ ...evidence('new'), observedAt: Date.parse('2027-01-15T07:59:00Z') }] }),
      ['C conversation*'],
    ],
    [
      'does not let a hook of the same second correct another',
      [held('hook')],
      live({ evidence: [{ ...evidence('new', 'hook'), observedAt: Date.parse('2027-01-15T07:59:00Z') }] }),
      [],
    ],
    ['lets stronger evidence beat weaker', [held('argv')], live({ evidence: [evidence('new')] }), ['C conversation*']],
    [
      'takes nothing from a process that is dead',
      [held('hook', '2027-01-01T00:00:00Z')],
      live({ evidence: [evidence('new', 'argv')] }),
      ['C conversation*'],
    ],
    [
      'guesses the only conversation of the folder',
      [row()],
      live({ candidates: [evidence('new', 'guess')] }),
      ['C conversation*'],
    ],
    [
      'does not guess between two conversations',
      [row()],
      live({ candidates: [evidence('a', 'guess'), evidence('b', 'guess')] }),
      ['C conversation'],
    ],
    [
      'does not guess an id that some row names',
      [row()],
      { ...live({ candidates: [evidence('a', 'guess')] }), claimed: new Map([['a', [0]]]) },
      [],
    ],
    [
      'never guesses over an id',
      [row({ ownIds: { claude_session_id_own: 'old' } })],
      live({ candidates: [evidence('a', 'guess')] }),
      [],
    ],
  ])('%s', (_title, rows, of, expected) => {
    expect(seen(rows, of)).toEqual(expected);
  });

  const two = [session(), session({ id: '$2', name: 'b-creator-claude', pid: 43 })];
  const rows = [row(), row({ name: 'b-creator-claude', pane: { ...row().pane, pid: 43 } })];
  it('gives one id to no two live rows', () => {
    const of = world([present(two)], {
      $1: facts({ evidence: [evidence('x')] }),
      $2: facts({ evidence: [evidence('x')] }),
    });
    expect(seen(rows, of)).toEqual(['C conversation', 'C conversation']);
  });
  it('lets an id move on when the row that had it has another one now', () => {
    const had = [{ ...(rows[0] as Row), ownIds: { claude_session_id_own: 'x' } }, rows[1] as Row];
    const of = world([present(two)], {
      $1: facts({ evidence: [evidence('y')] }),
      $2: facts({ evidence: [evidence('x')] }),
    });
    expect(seen(had, of)).toEqual(['C conversation*', 'C conversation*']);
  });
  it('does not guess when two agents share the folder', () => {
    const of = world([present(two)], {
      $1: facts({ candidates: [evidence('x', 'guess')] }),
      $2: facts({ process: agentProcess({ pid: 43 }) }),
    });
    expect(seen(rows, of)).toEqual(['C conversation']);
  });
});

describe('D stale-identity', () => {
  const missing = (id: string) => new Map([[artifactKey('claude', id), { state: 'missing' as const }]]);
  const named = row({ ownIds: { claude_session_id_own: 'x' } });
  it('reports an identity cache that names nothing on disk', () => {
    const drifts = detect(view([], [{ agent: 'claude', id: 'x' }]), world([absent()], {}, { artifacts: missing('x') }));
    expect(drifts).toMatchObject([{ class: 'D', name: '(claude identity cache)', server: null, edits: [] }]);
  });
  it('reports a row whose artifact was seen and is gone', () => {
    expect(
      seen(
        [named],
        world(
          [present([session()])],
          { $1: facts() },
          { artifacts: missing('x'), seen: new Set([artifactKey('claude', 'x')]) },
        ),
      ),
    ).toEqual(['D stale-identity']);
  });
  it('takes a conversation that was never written for pending', () => {
    expect(seen([named], world([present([session()])], { $1: facts() }, { artifacts: missing('x') }))).toEqual([]);
  });
});

describe('E revived and still-alive', () => {
  const ended = row({ status: 'terminated', terminatedAt: NOW - 100, epoch: NOW - 5000 });
  const young = session({ id: '$9', created: NOW - 50, pid: 7 });
  it.each<[string, readonly Row[], World, readonly string[]]>([
    [
      'revives a row when a new session of its name runs the agent',
      [ended],
      world([present([young])], { $9: facts() }),
      ['E revived*'],
    ],
    [
      'revives when the session was started with the agent and has not executed it yet',
      [ended],
      world([present([young])], { $9: facts({ process: null, startedAs: 'claude' }) }),
      ['E revived*'],
    ],
    [
      'reports a new session of its name without the agent',
      [ended],
      world([present([young])], { $9: agentless }),
      ['E still-alive'],
    ],
    [
      'reports its very session that lives on',
      [ended],
      world([present([session()])], { $1: facts() }),
      ['E still-alive'],
    ],
    [
      'never revives an archived row',
      [{ ...ended, status: 'archived' }],
      world([present([young])], { $9: facts({ agent: null }) }),
      [],
    ],
    [
      'leaves history alone when an active row has the name',
      [ended, row({ epoch: NOW - 50, pane: { ...row().pane, pid: 7 } })],
      world([present([young])], { $9: facts() }),
      [],
    ],
    [
      'revives only the last of several ended rows',
      [ended, ended],
      world([present([young])], { $9: facts() }),
      ['E revived*'],
    ],
    [
      'does not revive on another agent',
      [ended],
      world([present([young])], { $9: facts({ process: agentProcess({ agent: 'agy' }) }) }),
      ['E still-alive'],
    ],
  ])('%s', (_title, rows, of, expected) => {
    expect(seen(rows, of)).toEqual(expected);
  });

  it('refreshes the facts, removes the end and forgets an id that nothing supports', () => {
    const of = world([present([young])], { $9: facts() });
    expect(plan([{ ...ended, ownIds: { claude_session_id_own: 'old' } }], of)).toMatchObject({
      status: 'running',
      tmux_session_epoch: NOW - 50,
      'pane.pid': 7,
      tmux_session_id: '$9',
      claude_session_id_own: null,
      terminated_at: null,
      terminated_at_epoch: null,
      termination_mode: null,
      termination_reason: null,
    });
  });
});

describe('F replaced and renamed', () => {
  const young = session({ id: '$9', created: NOW - 50, pid: 7 });
  it.each<[string, readonly Row[], World, readonly string[]]>([
    [
      'refreshes a row whose name lives on as another session with the agent',
      [row()],
      world([present([young])], { $9: facts() }),
      ['F replaced*'],
    ],
    [
      'calls it lost when the new session has no agent',
      [row()],
      world([present([young])], { $9: agentless }),
      ['A gone*'],
    ],
    [
      'only reports when processes cannot be read',
      [row()],
      world([present([young])], { $9: facts({ process: 'unknown' }) }),
      ['F replaced'],
    ],
    [
      'follows a rename by session id',
      [ourRow()],
      world([present([session({ name: 'new-name' })])], { $1: facts({ agent: null }) }),
      ['F renamed*'],
    ],
    [
      'sees a rename before a name that is taken again',
      [ourRow()],
      world([present([session({ name: 'new-name' }), young])], { $1: facts({ agent: null }), $9: facts() }),
      ['F renamed*'],
    ],
  ])('%s', (_title, rows, of, expected) => {
    expect(seen(rows, of).filter((kind) => !kind.startsWith('B'))).toEqual(expected);
  });

  it('rewrites our own command strings, keeps other ones, and remembers the agent that the name no longer tells', () => {
    const one = ourRow({ attachCommand: 'tmux attach -t "=api-creator-claude"', killCommand: 'my-kill api' });
    const of = world([present([session({ name: 'new' })])], { $1: facts({ agent: null }) });
    expect(plan([one], of)).toEqual({ name: 'new', attach_command: 'tmux attach -t "=new"', agent: 'claude' });
  });
});

describe('several rows and sessions at once', () => {
  const other = session({ id: '$2', name: 'b-creator-claude', pid: 43 });
  const two = [session(), other];
  const rowB = row({ name: 'b-creator-claude', pane: { ...row().pane, pid: 43 } });
  const heir = session({ id: '$9', created: NOW - 50, pid: 7 });

  it('registers a new session that has the old name of a renamed one', () => {
    const of = world([present([session({ name: 'new-name' }), heir])], { $1: facts({ agent: null }), $9: facts() });
    expect(seen([ourRow()], of)).toEqual(['B unregistered*', 'F renamed*']);
  });
  it('renames no row to the name of another one for the same session', () => {
    const of = world([present([session({ name: 'b-creator-claude' })])], { $1: facts() });
    const rows = [ourRow(), ourRow({ name: 'b-creator-claude' })];
    expect(seen(rows, of)).toEqual(['H duplicate-row']);
  });
  it('gives a new session of a name that two rows have to the row whose agent runs in it', () => {
    const rows = [
      row({ name: 'x', pane: { pid: 1, cmd: null, cmdFull: null, cwd: null } }),
      row({ name: 'x', agent: 'claude' }),
    ];
    const of = world([present([{ ...heir, name: 'x' }])], { $9: facts({ agent: null }) });
    expect(seen(rows, of)).toEqual(['A gone*', 'F replaced*']);
  });
  it('revives a terminated row although another row of its name, without the agent, ends in the same run', () => {
    const bare = row({ name: 'x', pane: { pid: 1, cmd: null, cmdFull: null, cwd: null } });
    const rows = [bare, row({ name: 'x', agent: 'claude', status: 'terminated', terminatedAt: NOW - 100 })];
    const of = world([present([{ ...heir, name: 'x' }])], { $9: facts({ agent: null }) });
    expect(seen(rows, of)).toEqual(['A gone*', 'E revived*']);
  });
  it('sees the conversation of a row whose new name tells its agent', () => {
    const nameless = ourRow({ name: 'x', pane: { ...row().pane, cmd: 'sh' } });
    const of = world([present([session()])], { $1: facts({ evidence: [evidence('id')] }) });
    expect(seen([nameless], of)).toEqual(['C conversation*', 'F renamed*']);
  });
  it('takes no new session for a terminated row whose very session another row is about', () => {
    const rows = [
      ourRow({ status: 'terminated', terminatedAt: NOW - 100 }),
      ourRow({ name: 'other', agent: 'claude' }),
    ];
    const of = world([present([session({ name: 'other' }), heir])], {
      $1: facts({ agent: null }),
      $9: facts({ agent: null }),
    });
    expect(seen(rows, of)).toEqual([]);
  });
  it('holds on to the id of a row that may not take the one that it would have instead', () => {
    const rows = [
      { ...row(), ownIds: { claude_session_id_own: 'x' } },
      rowB,
      row({ server: 'side', ownIds: { claude_session_id_own: 'y' } }),
    ];
    const of = world([present(two)], {
      $1: facts({ evidence: [evidence('y')] }),
      $2: facts({ evidence: [evidence('x')] }),
    });
    expect(seen(rows, of)).toEqual(['C conversation', 'C conversation']);
  });
  it('holds on to the id of a row whose agent nobody knows', () => {
    const rows = [
      row({ name: 'x', pane: { ...row().pane, cmd: 'vim' }, ownIds: { claude_session_id_own: 'x' } }),
      rowB,
    ];
    const of = world([present([session({ name: 'x' }), other])], { $2: facts({ evidence: [evidence('x')] }) });
    expect(seen(rows, of)).toEqual(['C conversation']);
  });
  it("takes nothing for a row from another agent's process in its session", () => {
    const agy = facts({ process: agentProcess({ agent: 'agy' }), evidence: [evidence('x')] });
    expect(seen([row()], world([present([session()])], { $1: agy }))).toEqual([]);
  });
  it('writes the exact time of birth along with an identity, so that the next run knows the session again', () => {
    const of = world([present([session()])], { $1: facts({ evidence: [evidence('x')] }) });
    expect(plan([row({ epoch: NOW - 4999 })], of)).toMatchObject({
      tmux_session_id: '$1',
      tmux_session_epoch: NOW - 5000,
    });
  });
  it('writes the pane along with an identity when the row had another one, which would speak for another life of the server', () => {
    const of = world([present([session({ created: STARTED })])], { $1: facts({ evidence: [evidence('x')] }) });
    const stale = row({ epoch: STARTED, pane: { ...row().pane, pid: 7 } });
    expect(plan([stale], of)).toMatchObject({ tmux_session_id: '$1', 'pane.pid': 4242 });
    expect(plan([row({ epoch: STARTED })], of)).not.toHaveProperty(['pane.pid']);
  });
  it('forgets the process of a session that was replaced by one whose agent has not started yet', () => {
    const of = world([present([heir])], { $9: facts({ process: null, startedAs: 'claude' }) });
    expect(plan([row({ childPid: 4242 })], of)).toMatchObject({ tmux_session_id: '$9', child_pid: 0 });
  });
  it('guesses a conversation that only the row names that comes to this session', () => {
    const had = row({ place: { start: 10, end: 90, line: 2 }, ownIds: { claude_session_id_own: 'x' } });
    const of = world([present([heir])], { $9: facts({ candidates: [evidence('x', 'guess')] }) });
    expect(plan([had], { ...of, claimed: new Map([['x', [50]]]) })).toMatchObject({ claude_session_id_own: 'x' });
    expect(plan([had], { ...of, claimed: new Map([['x', [50, 95]]]) })).toMatchObject({ claude_session_id_own: null });
  });
});

describe('G agent-exited', () => {
  const live = (over: Parameters<typeof facts>[0]) => world([present([session()])], { $1: facts(over) });
  it.each<[string, Row, World, readonly string[]]>([
    [
      'reports an agent that exited while its session lives',
      row({ childPid: 5000 }),
      live({ process: null, pids: [4242] }),
      ['G agent-exited'],
    ],
    [
      'finds nothing while the process lives under the pane',
      row({ childPid: 5000 }),
      live({ process: null, pids: [4242, 5000] }),
      [],
    ],
    [
      'finds nothing when another agent process runs there',
      row({ childPid: 5000 }),
      live({ process: agentProcess({ pid: 5001 }) }),
      [],
    ],
    [
      'concludes nothing when processes cannot be read',
      row({ childPid: 5000 }),
      live({ process: 'unknown', pids: [] }),
      [],
    ],
    ['concludes nothing where no agent process was ever recorded', row(), live({ process: null, pids: [4242] }), []],
  ])('%s', (_title, one, of, expected) => {
    expect(seen([one], of)).toEqual(expected);
  });
});

describe('H unreadable and duplicate rows', () => {
  it('reports two running rows for one session', () => {
    expect(seen([row(), row()], world([present([session()])], { $1: facts() }))).toEqual(['H duplicate-row']);
  });
  it('reports a row that cannot be read, with its line', () => {
    const drifts = detect(
      { rows: [], identities: [], unreadable: [{ index: 0, line: 7, name: null, reason: '`name` is missing' }] },
      world([absent()]),
    );
    expect(drifts).toMatchObject([
      { class: 'H', kind: 'unreadable-row', server: null, msg: 'line 7: `name` is missing' },
    ]);
  });
});

it('orders drifts A to H', () => {
  const rows = [row({ name: 'gone-creator-claude', pane: { ...row().pane, pid: 1 } }), row({ childPid: 5 })];
  const of = world([present([session(), session({ id: '$3', name: 'new-creator-claude' })])], {
    $1: facts({ process: null, pids: [4242] }),
    $3: facts(),
  });
  expect(seen(rows, of)).toEqual(['A gone*', 'B unregistered*', 'G agent-exited']);
});
