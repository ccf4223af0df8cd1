/** Random registries together with random worlds that they may be about: mostly related, sometimes not. */
import fc from 'fast-check';
import { agentForName, agentOf } from '../../src/agents/agent-of.ts';
import type { Evidence } from '../../src/agents/types.ts';
import { claimedPlaces } from '../../src/pipeline/look.ts';
import { isActive } from '../../src/reconcile/match-rows.ts';
import type { SessionFacts, World } from '../../src/reconcile/types.ts';
import { sessionKey } from '../../src/reconcile/types.ts';
import { parseRegistry } from '../../src/registry/parse-registry.ts';
import { placesIn } from '../../src/registry/places-in.ts';
import type { ConversationSource, Registry, Value } from '../../src/registry/types.ts';
import type { ServerAddress, ServerObservation } from '../../src/tmux/types.ts';
import { agentProcess, evidence, facts, NOW, STARTED, session, world } from '../builders/world.ts';
import type { Fields } from './registry-text.ts';

const ADDRESSES: readonly ServerAddress[] = [
  { label: 'default', socket: '/tmp/tmux-1000/default', flags: ['-L', 'default'] },
  { label: 'side', socket: '/tmp/tmux-1000/side', flags: ['-L', 'side'] },
  { label: '/run/u/s.sock', socket: '/run/u/s.sock', flags: ['-S', '/run/u/s.sock'] },
];
export const SOCKETS: ReadonlyMap<string, string> = new Map(ADDRESSES.map(({ label, socket }) => [label, socket]));
const NAMES = [
  'api-creator-claude',
  'web-creator-agy',
  'ü 名-creator-claude',
  '09',
  'on',
  "it's: a#b",
  'x-creator-codex',
  'plain',
];
const IDS = ['id-1', 'id-2', 'id-3', '1e5'];
const SOURCES: readonly ConversationSource[] = ['hook', 'process', 'chosen', 'argv', 'guess'];

/** A live session as drawn; its id is its place on its server. */
interface Drawn {
  readonly name: string;
  readonly age: number;
  readonly pid: number;
  readonly process: 'none' | 'unknown' | 'claude' | 'agy';
  readonly startedAs: string | null;
  readonly announced: string | null;
  readonly said: readonly {
    readonly id: string;
    readonly source: ConversationSource;
    readonly ago: number;
    readonly held: boolean;
  }[];
  readonly found: readonly string[];
}

interface DrawnServer {
  readonly state: 'present' | 'absent' | 'unknown' | 'not asked';
  readonly started: number;
  readonly sessions: readonly Drawn[];
  readonly closed: readonly { readonly id: number; readonly noneLeft: boolean }[];
}

/** What a row records, by what is true of a session and by how far it is off. */
interface DrawnRow {
  readonly server: number;
  readonly about: number;
  readonly name: string | null;
  readonly status: string;
  readonly records: {
    readonly identity: boolean;
    readonly socket: boolean;
    readonly server: boolean;
    readonly epochOff: number | null;
    readonly pidOff: number | null;
    readonly startedOff: number;
    readonly childPid: number | null;
  };
  readonly conversation: { readonly id: string; readonly source: ConversationSource; readonly ago: number } | null;
  readonly ownId: string | null;
  readonly agent: string | null;
  readonly endedAgo: number | null;
  readonly extra: Fields;
}

export interface Scene {
  readonly servers: readonly DrawnServer[];
  readonly rows: readonly Fields[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  name: fc.constantFrom(...NAMES),
  age: fc.constantFrom(0, 1, 3, 5000, 9000, 9999, 10_000),
  pid: fc.integer({ min: 100, max: 104 }),
  process: fc.constantFrom<Drawn['process']>('claude', 'claude', 'agy', 'none', 'unknown'),
  startedAs: fc.constantFrom(null, null, 'claude', 'agy'),
  announced: fc.constantFrom(null, null, null, 'claude'),
  said: fc.array(
    fc.record({
      id: fc.constantFrom(...IDS),
      source: fc.constantFrom(...SOURCES),
      ago: fc.constantFrom(0, 60, 4000),
      held: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  found: fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 2 }),
});

const drawnServer: fc.Arbitrary<DrawnServer> = fc.record({
  state: fc.constantFrom<DrawnServer['state']>('present', 'present', 'present', 'absent', 'unknown', 'not asked'),
  started: fc.constantFrom(STARTED, STARTED, STARTED + 500),
  sessions: fc.uniqueArray(drawn, { maxLength: 4, selector: ({ name }) => name }),
  closed: fc.array(fc.record({ id: fc.nat(3), noneLeft: fc.boolean() }), { maxLength: 2 }),
});

const drawnRow: fc.Arbitrary<DrawnRow> = fc.record({
  server: fc.constantFrom(0, 0, 1, 2),
  about: fc.nat(3),
  name: fc.constantFrom(null, null, null, ...NAMES),
  status: fc.constantFrom('running', 'running', 'running', 'terminated', 'archived', 'idle', ''),
  records: fc.record({
    identity: fc.boolean(),
    socket: fc.boolean(),
    server: fc.boolean(),
    epochOff: fc.constantFrom(0, 0, 0, 2, 400, null),
    pidOff: fc.constantFrom(0, 0, 0, 50, null),
    startedOff: fc.constantFrom(0, 0, 0, 30),
    childPid: fc.constantFrom(null, 0, 4242, 5000),
  }),
  conversation: fc.option(
    fc.record({
      id: fc.constantFrom(...IDS),
      source: fc.constantFrom(...SOURCES),
      ago: fc.constantFrom(0, 60, 4000, 900_000),
    }),
  ),
  ownId: fc.constantFrom(null, null, ...IDS),
  agent: fc.constantFrom(null, null, null, 'claude', 'agy', 'stranger'),
  endedAgo: fc.constantFrom(null, 5, 100, 9500),
  extra: fc.constantFrom<Fields>(
    {},
    {},
    { tui: { model: '(unknown — x)', plan: null }, mcp_attachments: [] },
    { note: 'line one\nline two', 'odd key': ['a', 1, null] },
    { start_command: 'touch /tmp/never', attach_command: 'tmux attach -t "=plain"', kill_command: 'rm -rf "$HOME"' },
    { terminated_at: '2026-01-01T00:00:00Z', terminated_at_epoch: 1_767_225_600, termination_mode: 'by hand' },
  ),
});

export const scenes: fc.Arbitrary<Scene> = fc
  .record({ servers: fc.tuple(drawnServer, drawnServer, drawnServer), rows: fc.array(drawnRow, { maxLength: 6 }) })
  .map(({ servers, rows }) => ({ servers, rows: rows.map((row) => fieldsOf(row, servers)) }));

function fieldsOf(row: DrawnRow, servers: readonly DrawnServer[]): Fields {
  const { records } = row;
  const server = servers[row.server] as DrawnServer;
  const address = ADDRESSES[row.server] as ServerAddress;
  const live = server.sessions[row.about];
  const name = row.name ?? live?.name ?? 'gone-creator-claude';
  const isClaude = agentOf({ agent: row.agent, name, pane: NO_PANE }, ['claude', 'agy']) !== 'agy';
  const entries: [string, Value | undefined][] = [
    ['name', name],
    ['status', row.status],
    ['tmux_session_epoch', records.epochOff === null ? undefined : NOW - (live?.age ?? 5000) + records.epochOff],
    ['tmux_server', records.server || row.server !== 0 ? address.label : undefined],
    [
      'pane',
      {
        index: 0,
        ...(records.pidOff === null ? {} : { pid: (live?.pid ?? 100) + records.pidOff }),
        cwd: '/home/u/api',
      },
    ],
    ['agent', row.agent ?? undefined],
    ['tmux_socket', records.socket ? address.socket : undefined],
    ['tmux_session_id', records.identity ? `$${row.about}` : undefined],
    ['tmux_server_started', records.identity ? server.started + records.startedOff : undefined],
    ['child_pid', records.childPid ?? undefined],
    ['claude_session_id_own', isClaude ? row.ownId : undefined],
    ['conversation', row.conversation ? conversationOf(row.conversation, isClaude) : undefined],
    ['terminated_at_epoch', row.status === 'terminated' && row.endedAgo !== null ? NOW - row.endedAgo : undefined],
    ...Object.entries(row.extra),
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** No two agents have a conversation in common, and no id is part of another. */
const idOf = (id: string, isClaude: boolean): string => (isClaude ? id : [...id].reverse().join(''));

const NO_PANE = { pid: null, cmd: null, cmdFull: null, cwd: null };

const conversationOf = ({ id, source, ago }: NonNullable<DrawnRow['conversation']>, isClaude: boolean): Value => ({
  id: idOf(id, isClaude),
  source,
  observed_at: new Date((NOW - ago) * 1000).toISOString().replace('.000', ''),
  transcript: null,
});

/** The world of a scene, seen as `look` would for this registry: facts only of sessions that a row or an agent's name asks for. */
export function worldOf({ servers }: Scene, registry: Registry, only: string | null = null): World {
  const names = new Set(registry.rows.map(({ name }) => name));
  const ids = new Set(registry.rows.flatMap(({ sessionId }) => sessionId ?? []));
  const seen = servers.flatMap((server, at): ServerObservation | [] => {
    const address = ADDRESSES[at] as ServerAddress;
    const wanted = only === null ? server.state !== 'not asked' : address.socket === only;
    return wanted ? observation(server, address) : [];
  });
  const everybody = servers.flatMap((server, at) => {
    const { socket } = ADDRESSES[at] as ServerAddress;
    if (!seen.some((one) => one.state === 'present' && one.address.socket === socket)) return [];
    return server.sessions.map((one, index) => {
      const agent = agentForName(one.name, [], ['claude', 'agy']) ?? one.announced;
      const asked = agent !== null || names.has(one.name) || ids.has(`$${index}`);
      return { key: sessionKey(socket, `$${index}`), facts: factsOf(one, index, agent), asked };
    });
  });
  const isGuessing = everybody.some(({ asked, facts: { candidates } }) => asked && candidates.length > 0);
  const sessionMap = new Map(
    everybody.flatMap(({ key, facts: of, asked }) => (asked || isGuessing ? [[key, of] as const] : [])),
  );
  const candidates = [...sessionMap.values()].flatMap(({ candidates: found }) => found.map(({ id }) => id));
  return world(
    seen,
    {},
    {
      sockets: SOCKETS,
      sessions: sessionMap,
      // Of the whole file, whatever part of it `registry` is.
      ended:
        candidates.length > 0 ? parseRegistry(registry.path, registry.text).rows.filter((row) => !isActive(row)) : [],
      claimed: claimedPlaces(candidates, { placesOf: (id) => placesIn(registry.text, id) }),
      closed: servers.flatMap(({ closed, started }, at) =>
        closed.map(({ id, noneLeft }) => ({
          socket: (ADDRESSES[at] as ServerAddress).socket,
          serverStarted: started,
          sessionId: `$${id}`,
          noneLeft,
        })),
      ),
    },
  );
}

/** The same, but other servers' sessions and rows say nothing of conversations or folders: only who looks at all servers would know. */
export const quietElsewhere = ({ servers, rows }: Scene): Scene => ({
  servers: servers.map((server, at) =>
    at === 0 ? server : { ...server, sessions: server.sessions.map((one) => ({ ...one, process: 'none' as const })) },
  ),
  rows: rows.map((row) => {
    if ((row.tmux_server ?? 'default') === 'default') return row;
    const { conversation: _id, claude_session_id_own: _own, ...rest } = row;
    return { ...rest, pane: { index: 0, cwd: '/elsewhere' } };
  }),
});

function observation({ state, sessions, started }: DrawnServer, address: ServerAddress): ServerObservation {
  if (state === 'unknown' || state === 'not asked') return { state: 'unknown', address, reason: 'Permission denied' };
  if (state === 'absent' || sessions.length === 0) return { state: 'absent', address, reason: 'no sessions' };
  const live = sessions.map(({ name, age, pid }, at) => ({
    ...session({ id: `$${at}`, name, created: Math.max(NOW - age, started) }),
    panes: [{ id: `%${at}`, pid, dead: false, startCommand: '' }],
  }));
  return { state: 'present', address, pid: 102, started, sessions: live, options: {} };
}

function factsOf(one: Drawn, at: number, agent: string | null): SessionFacts {
  const own = (id: string): string => idOf(id, one.process !== 'agy');
  const runs = one.process === 'claude' || one.process === 'agy';
  const process = runs
    ? agentProcess({ agent: one.process, pid: 4242, paneId: `%${at}`, panePid: one.pid })
    : one.process === 'none'
      ? null
      : ('unknown' as const);
  const said = runs
    ? one.said.map(({ id, source, ago, held }) =>
        evidence(own(id), source, {
          observedAt: (NOW - ago) * 1000,
          ...(held && source === 'process' ? { held: true } : {}),
        }),
      )
    : [];
  const found: readonly Evidence[] = runs && said.length === 0 ? one.found.map((id) => evidence(own(id), 'guess')) : [];
  return facts({
    agent,
    process,
    pids: one.process === 'unknown' ? [] : [one.pid, ...(runs ? [4242] : [])],
    startedAs: one.startedAs,
    evidence: said,
    candidates: found,
  });
}
