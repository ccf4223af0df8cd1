import { readlinkSync } from 'node:fs';
import { agentForName, agentOf } from '../agents/agent-of.ts';
import { findAgent, pidsUnder } from '../agents/find-agent.ts';
import { homesFrom, homesOf } from '../agents/homes.ts';
import { startedAgent } from '../agents/start-command.ts';
import type { Adapter, AgentProcess, ArtifactState, Evidence } from '../agents/types.ts';
import { errnoOf } from '../errors.ts';
import { type ProcessTable, readProcesses } from '../process/process-table.ts';
import { isActive } from '../reconcile/match-rows.ts';
import {
  type AgentTraits,
  artifactKey,
  type RegistryView,
  type SessionFacts,
  sessionKey,
  type World,
} from '../reconcile/types.ts';
import type { OpenRegistry } from '../registry/open-registry.ts';
import type { Row } from '../registry/types.ts';
import { type Environment, namePatterns, type Settings } from '../settings.ts';
import type { ServerObservation, Session } from '../tmux/types.ts';
import type { AgentReport } from './agent-reports.ts';
import type { SpooledEvent } from './spool.ts';

/** What was read before the look: the part of the registry in scope, the servers' answers, the events that came along. */
export interface Seen {
  readonly registry: RegistryView & Pick<OpenRegistry, 'placesOf' | 'inactive'>;
  readonly servers: readonly ServerObservation[];
  readonly sockets: ReadonlyMap<string, string>;
  readonly events: readonly SpooledEvent[];
  readonly reports: readonly AgentReport[];
  readonly artifactsSeen: ReadonlySet<string>;
  readonly settings: Settings;
  readonly adapters: readonly Adapter[];
  readonly env: Environment;
  /** Epoch seconds. */
  readonly now: number;
}

/** Looks at processes and at the agents' files, only where a row or a session of an agent asks for it; all that `detect` may know. */
export function look(seen: Seen): World {
  const { registry, servers, adapters, settings } = seen;
  const known = adapters.map(({ name }) => name);
  const facts = lookAtSessions(seen, known);
  const candidateIds = [...facts.values()].flatMap(({ candidates }) => candidates.map(({ id }) => id));
  return {
    now: seen.now,
    servers,
    sockets: seen.sockets,
    sessions: facts,
    closed: seen.events.flatMap((event) => (event.kind === 'tmux' && event.hook === 'session-closed' ? [event] : [])),
    agents: new Map(adapters.map((adapter) => [adapter.name, traits(adapter, settings)])),
    agentOf: (row) => agentOf(row, known),
    artifacts: lookAtArtifacts(seen, facts, known),
    seen: seen.artifactsSeen,
    // In any row, of whatever status: the text is searched because an incremental run decodes only a few of them.
    claimed: claimedPlaces(candidateIds, registry),
    ended: candidateIds.length > 0 ? registry.inactive() : [],
  };
}

/** Where the file has each of these ids; one that it does not have is left out. */
export const claimedPlaces = (
  ids: readonly string[],
  { placesOf }: Pick<OpenRegistry, 'placesOf'>,
): ReadonlyMap<string, readonly number[]> =>
  new Map(ids.map((id) => [id, placesOf(id)] as const).filter(([, places]) => places.length > 0));

/** Sessions of agents, and those whose name or id some row has. A guess rests on who else is in its folder: then all others too. */
function lookAtSessions(seen: Seen, known: readonly string[]): ReadonlyMap<string, SessionFacts> {
  const { registry } = seen;
  const names = new Set(registry.rows.map(({ name }) => name));
  const ids = new Set(registry.rows.flatMap(({ sessionId }) => sessionId ?? []));
  const isAsked = ({ agent, session }: Subject) => agent !== null || names.has(session.name) || ids.has(session.id);
  const all = subjects(seen, known);
  const asked = lookAtEach(all.filter(isAsked), seen);
  if (![...asked.values()].some(({ candidates }) => candidates.length > 0)) return asked;
  const others = all.filter((subject) => !isAsked(subject));
  return new Map([...asked, ...lookAtEach(others, seen)]);
}

function lookAtEach(sessions: readonly Subject[], seen: Seen): ReadonlyMap<string, SessionFacts> {
  const processes = readProcesses(sessions.flatMap(({ session }) => session.panes.map(({ pid }) => pid)));
  return new Map(sessions.map((subject) => [subject.key, lookAtSession(subject, processes, seen)]));
}

interface Subject {
  readonly key: string;
  readonly session: Session;
  readonly agent: string | null;
  /** Hook reports of agents in its panes. */
  readonly reports: readonly AgentReport[];
}

function subjects({ servers, settings, reports }: Seen, known: readonly string[]): readonly Subject[] {
  return servers.flatMap((server) => {
    if (server.state !== 'present') return [];
    const patterns = namePatterns(server.options, settings.file);
    return server.sessions.map((session): Subject => {
      const own = reports.filter(
        (report) =>
          report.socket === server.address.socket &&
          report.serverPid === server.pid &&
          session.panes.some(({ id }) => id === report.paneId),
      );
      const agent = agentForName(session.name, patterns, known) ?? own.at(-1)?.agent ?? null;
      return { key: sessionKey(server.address.socket, session.id), session, agent, reports: own };
    });
  });
}

function lookAtSession(
  { session, agent, reports }: Subject,
  processes: ProcessTable | 'unknown',
  { adapters, registry, env }: Seen,
): SessionFacts {
  const homes = homesFrom(env);
  const startedAs =
    session.panes.map(({ startCommand }) => startedAgent(startCommand, adapters)).find((name) => name !== null) ?? null;
  const process = findAgent(session.panes, processes, agent ?? rowAgent(registry.rows, session, adapters), adapters);
  // Only asked for where it tells whether a recorded process is still there: it walks everything under the panes.
  const pids = process === null ? pidsUnder(session.panes, processes) : [];
  const live = typeof process === 'object' && process ? process : null;
  const adapter = live && (adapters.find(({ name }) => name === live.agent) ?? null);
  const evidence: readonly Evidence[] =
    live && adapter ? [...hookEvidence(reports, live), ...adapter.evidence(live, homes)] : [];
  return {
    agent,
    process: pids === 'unknown' ? 'unknown' : process,
    pids: pids === 'unknown' ? [] : pids,
    startedAs,
    cwd: live?.cwd ?? workingFolder(session.panes[0]?.pid),
    evidence,
    candidates: live && adapter && evidence.length === 0 ? adapter.candidates(live, homes) : [],
  };
}

const rowAgent = (rows: readonly Row[], session: Session, adapters: readonly Adapter[]): string | null => {
  const row = rows.find(({ name, sessionId }) => name === session.name || sessionId === session.id);
  return row
    ? agentOf(
        row,
        adapters.map(({ name }) => name),
      )
    : null;
};

/** A process speaks for itself only: what was said in this pane before it started was another's. */
const START_SLACK_MS = 2000;

const hookEvidence = (
  reports: readonly AgentReport[],
  { agent, paneId, startedAt }: AgentProcess,
): readonly Evidence[] =>
  reports
    .filter(
      (report) => report.agent === agent && report.paneId === paneId && report.at + START_SLACK_MS >= startedAt * 1000,
    )
    .map(({ id, at, transcript }): Evidence => ({ id, source: 'hook', observedAt: at, transcript }));

/** Where a pane's first process works; null when the kernel does not say. */
function workingFolder(pid: number | undefined): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    if (errnoOf(error) !== null) return null;
    throw error;
  }
}

/** Artifacts of the identity cache and of the active rows in scope; a live agent's own environment says where its files are. */
function lookAtArtifacts(
  { registry, adapters, env }: Seen,
  facts: ReadonlyMap<string, SessionFacts>,
  known: readonly string[],
): ReadonlyMap<string, ArtifactState> {
  const found = new Map<string, ArtifactState>();
  const running = [...facts.values()].flatMap(({ process }) =>
    typeof process === 'object' && process ? [process] : [],
  );
  const check = (agent: string | null, id: string | null, cwd: string | null, process: AgentProcess | null) => {
    const adapter = adapters.find(({ name }) => name === agent);
    if (!adapter || id === null) return;
    const homes = homesFrom(env);
    found.set(artifactKey(adapter.name, id), adapter.artifact(id, cwd, process ? homesOf(process, homes) : homes));
  };
  for (const { agent, id } of registry.identities) check(agent, id, null, null);
  for (const row of registry.rows.filter(isActive)) {
    const agent = agentOf(row, known);
    const ownIdKey = adapters.find(({ name }) => name === agent)?.ownIdKey;
    const process = running.find(({ pid, panePid }) => pid === row.childPid || panePid === row.pane.pid) ?? null;
    check(agent, row.conversation?.id ?? (ownIdKey ? (row.ownIds[ownIdKey] ?? null) : null), row.pane.cwd, process);
  }
  return found;
}

/** What the core needs to know of an agent. */
export const traits = (adapter: Adapter, settings: Settings): AgentTraits => ({
  name: adapter.name,
  startCommand: adapter.startCommand,
  ownIdKey: adapter.ownIdKey,
  newRowFields: adapter.newRowFields(),
  rowDefaults: settings.file.row_defaults?.[adapter.name] ?? {},
});
