import { agentExited } from './agent-exited.ts';
import { type Claims, claimConversations, grantedEvidence } from './claims.ts';
import { conversation, type LiveRow } from './conversation.ts';
import { drift } from './drift.ts';
import { gone } from './gone.ts';
import { type Present, serverOf } from './identity.ts';
import { type Match, matchRows } from './match-rows.ts';
import { renamed } from './renamed.ts';
import { replaced } from './replaced.ts';
import { revived } from './revived.ts';
import { staleIdentities, staleRows } from './stale-identity.ts';
import { DRIFT_CLASSES, type Drift, type RegistryView, sessionKey, type World } from './types.ts';
import { unregistered } from './unregistered.ts';

/**
 * Every difference between the registry and the world, in the order of the contract: A to H, within a class registry order,
 * then tmux order. Pure: no file, no process, no clock. What this run did not see (`unknown`) is never a difference.
 */
export function detect(registry: RegistryView, world: World): readonly Drift[] {
  const matches = matchRows(registry.rows, world);
  const owned = new Set(matches.flatMap(sessionOf));
  const live = matches.flatMap((match) => liveRow(match, world));
  const elsewhere = matches.flatMap((match) => (match.kind === 'unknown' ? [match.row] : []));
  const claims = claimConversations(live, elsewhere, world);
  const found = [
    ...matches.flatMap((match) => compare(match, owned, claims, world)),
    ...terminatedRows(registry, matches, owned, claims, world),
    ...newSessions(registry, owned, claims, world),
    ...live.flatMap((entry) => conversation(entry, claims) ?? []),
    ...staleIdentities(registry, world),
    ...staleRows(live, world),
    ...live.flatMap((entry) => agentExited(entry) ?? []),
    ...registry.unreadable.map(({ name, line, reason }) => drift(['H', 'unreadable-row'], name ?? '', null, `line ${line}: ${reason}`)),
  ];
  return DRIFT_CLASSES.flatMap((cls) => found.filter((one) => one.class === cls));
}

/** The session that a match accounts for: no other row and no B is about it. */
const sessionOf = (match: Match): readonly string[] =>
  match.kind === 'same' || match.kind === 'renamed' ? [sessionKey(match.server.address.socket, match.session.id)] : [];

function liveRow(match: Match, world: World): readonly LiveRow[] {
  if ((match.kind !== 'same' || match.duplicateOf) && match.kind !== 'renamed') return [];
  const name = world.agentOf(match.row);
  const agent = name === null ? undefined : world.agents.get(name);
  const facts = world.sessions.get(sessionKey(match.server.address.socket, match.session.id));
  return agent && facts ? [{ row: match.row, server: match.server, session: match.session, agent, facts }] : [];
}

/** A, F and duplicates: what became of the session of one active row. */
function compare(match: Match, owned: Set<string>, claims: Claims, world: World): readonly Drift[] {
  switch (match.kind) {
    case 'unknown':
      return [];
    case 'server-gone':
      return [gone(match.row, match.server, world)];
    case 'renamed':
      return [renamed(match.row, match.server, match.session, world)];
    case 'gone': {
      const { row, server, heir } = match;
      const key = heir && sessionKey(server.address.socket, heir.id);
      if (!heir || !key || owned.has(key)) return [gone(row, server, world)];
      owned.add(key);
      return [replaced(row, server, heir, claims, world)];
    }
    case 'same': {
      const { row, duplicateOf, server } = match;
      if (!duplicateOf) return [];
      return [drift(['H', 'duplicate-row'], row.name, server.address.label, `lines ${duplicateOf.place.line} and ${row.place.line} are about one session`)];
    }
  }
}

/** E: the last terminated row of each name, where no active row has that name. */
function terminatedRows(registry: RegistryView, matches: readonly Match[], owned: ReadonlySet<string>, claims: Claims, world: World): readonly Drift[] {
  const active = new Set(matches.map(({ row }) => rowKey(row.name, serverOf(row, world)?.address.socket)));
  const last = new Map(
    registry.rows.filter((row) => row.status === 'terminated').map((row) => [rowKey(row.name, serverOf(row, world)?.address.socket), row]),
  );
  const free = (server: Present) => server.sessions.filter(({ id }) => !owned.has(sessionKey(server.address.socket, id)));
  return [...last].flatMap(([key, row]) => (active.has(key) ? [] : (revived(row, free, claims, world) ?? [])));
}

/** B: agent sessions that no active row is about and whose name no non-archived row of their server has. */
function newSessions(registry: RegistryView, owned: ReadonlySet<string>, claims: Claims, world: World): readonly Drift[] {
  const named = new Set(
    registry.rows.filter(({ status }) => status !== 'archived').map((row) => rowKey(row.name, serverOf(row, world)?.address.socket)),
  );
  return world.servers.flatMap((server) => {
    if (server.state !== 'present') return [];
    return server.sessions.flatMap((session) => {
      const key = sessionKey(server.address.socket, session.id);
      const facts = world.sessions.get(key);
      if (!facts || owned.has(key) || named.has(rowKey(session.name, server.address.socket))) return [];
      return unregistered(session, server, facts, grantedEvidence(claims, key), world) ?? [];
    });
  });
}

const rowKey = (name: string, socket: string | undefined): string => `${socket ?? '?'} ${name}`;

