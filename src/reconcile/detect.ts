import type { Row } from '../registry/types.ts';
import { activeRows } from './active-rows.ts';
import { agentExited } from './agent-exited.ts';
import { type Claims, claimConversations, grantedEvidence } from './claims.ts';
import { conversation } from './conversation.ts';
import { drift } from './drift.ts';
import { endedRows, rowKey } from './ended-rows.ts';
import { gone } from './gone.ts';
import type { Present } from './identity.ts';
import { type Match, matchRows } from './match-rows.ts';
import { renamed } from './renamed.ts';
import { replaced } from './replaced.ts';
import { revived } from './revived.ts';
import { staleIdentities, staleRows } from './stale-identity.ts';
import { DRIFT_CLASSES, type Drift, type RegistryView, sessionKey, type World } from './types.ts';
import { unregistered } from './unregistered.ts';

/**
 * Every difference between the registry and the world, in the order of the report: A to H, within a class registry order,
 * then tmux order. Pure: no file, no process, no clock. What this run did not see (`unknown`) is never a difference.
 */
export function detect(registry: RegistryView, world: World): readonly Drift[] {
  const matches = matchRows(registry.rows, world);
  const taken = new Set(matches.flatMap(sessionOf));
  const ending = new Set(matches.flatMap((match) => (endsNow(match) ? [match.row] : [])));
  const names = new Set(
    matches.filter(({ row }) => !ending.has(row)).map((match) => rowKey(match.row, world, nameNow(match))),
  );
  const ended = endedRows(registry.rows, ending, taken, world).filter(({ row }) => !names.has(rowKey(row, world)));
  const active = activeRows(matches, world);
  const { live } = active;
  const back = ended.filter(({ kind }) => kind === 'back');
  const moving = [...active.moving, ...back.map(({ row }) => row)];
  const ours = new Set([...taken, ...back.map(({ server, session }) => sessionKey(server.address.socket, session.id))]);
  const claims = claimConversations({ ...active, moving }, ours, world);
  const found = [
    ...matches.flatMap((match) => compare(match, claims, world)),
    ...ended.map((row) => revived(row, claims, world)),
    ...newSessions(new Set([...names, ...endedNames(registry, ending, world)]), taken, claims, world),
    ...live.flatMap((entry) => conversation(entry, claims) ?? []),
    ...staleIdentities(registry, world),
    ...staleRows(live, world),
    ...live.flatMap((entry) => agentExited(entry) ?? []),
    ...registry.unreadable.map(({ name, line, reason }) =>
      drift(['H', 'unreadable-row'], name ?? '', null, `line ${line}: ${reason}`),
    ),
  ];
  return DRIFT_CLASSES.flatMap((cls) => found.filter((one) => one.class === cls));
}

/** The session that a match accounts for: no other row and no B is about it. */
function sessionOf(match: Match): readonly string[] {
  if (match.kind === 'unknown' || endsNow(match)) return [];
  const session = match.kind === 'replaced' ? match.heir : match.session;
  return [sessionKey(match.server.address.socket, session.id)];
}

const endsNow = (match: Match): match is Extract<Match, { kind: 'gone' | 'server-gone' }> =>
  match.kind === 'gone' || match.kind === 'server-gone';

/** A, F and duplicates: what became of the session of one active row. */
function compare(match: Match, claims: Claims, world: World): readonly Drift[] {
  switch (match.kind) {
    case 'unknown':
      return [];
    case 'server-gone':
      return [gone(match.row, match.server, world)];
    case 'same':
      return match.duplicateOf ? [duplicate(match.row, match.duplicateOf, match.server)] : [];
    case 'renamed':
      return [
        match.duplicateOf
          ? duplicate(match.row, match.duplicateOf, match.server)
          : renamed(match.row, match.server, match.session, world),
      ];
    case 'replaced':
      return [replaced(match, claims, world)];
    case 'gone':
      return [match.namesake ? gone(match.row, match.server, world, 'lost') : gone(match.row, match.server, world)];
  }
}

function duplicate(row: Row, of: Row, { address }: Present): Drift {
  const lines = [of.place.line, row.place.line].sort((a, b) => a - b).join(' and ');
  return drift(['H', 'duplicate-row'], row.name, address.label, `lines ${lines} are about one session`);
}

/** The name that an active row has after this run. */
const nameNow = (match: Match): string =>
  match.kind === 'renamed' && !match.duplicateOf ? match.session.name : match.row.name;

const endedNames = (registry: RegistryView, ending: ReadonlySet<Row>, world: World): readonly string[] =>
  registry.rows.filter((row) => row.status === 'terminated' || ending.has(row)).map((row) => rowKey(row, world));

/** B: agent sessions that no active row is about and whose name no non-archived row of their server has. */
function newSessions(
  named: ReadonlySet<string>,
  taken: ReadonlySet<string>,
  claims: Claims,
  world: World,
): readonly Drift[] {
  return world.servers.flatMap((server) => {
    if (server.state !== 'present') return [];
    return server.sessions.flatMap((session) => {
      const key = sessionKey(server.address.socket, session.id);
      const facts = world.sessions.get(key);
      if (!facts || taken.has(key) || named.has(`${server.address.socket} ${session.name}`)) return [];
      return unregistered(session, server, facts, grantedEvidence(claims, key, facts.agent), world) ?? [];
    });
  });
}
