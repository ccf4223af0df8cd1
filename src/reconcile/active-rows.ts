import type { Row } from '../registry/types.ts';
import type { LiveRow } from './conversation.ts';
import type { Match } from './match-rows.ts';
import { sessionKey, type World } from './types.ts';

/** Active rows by what this run knows of them. */
export interface ActiveRows {
  /** Their session and their agent were looked at. */
  readonly live: readonly LiveRow[];
  /** They stay as they are: nothing is known of their agent, or another row has their session. */
  readonly kept: readonly Row[];
  /** They were not looked at. */
  readonly unseen: readonly Row[];
  /** They come to another session, and let go of the conversation that they name. */
  readonly moving: readonly Row[];
  /** They end with this run. */
  readonly ending: readonly Row[];
}

export function activeRows(matches: readonly Match[], world: World): ActiveRows {
  const live = matches.flatMap((match) => liveRow(match, world));
  const spoken = new Set(live.map(({ row }) => row));
  const rowsThat = (holds: (match: Match) => boolean) => matches.flatMap((match) => (holds(match) ? [match.row] : []));
  return {
    live,
    kept: rowsThat((match) => staysAsItIs(match) && !spoken.has(match.row)),
    unseen: rowsThat(({ kind }) => kind === 'unknown'),
    moving: rowsThat((match) => match.kind === 'replaced' && match.runs === true),
    ending: rowsThat(({ kind }) => kind === 'gone' || kind === 'server-gone'),
  };
}

function liveRow(match: Match, world: World): readonly LiveRow[] {
  if ((match.kind !== 'same' && match.kind !== 'renamed') || match.duplicateOf) return [];
  // A new name may tell the agent that nothing told before.
  const name = world.agentOf(match.row) ?? world.agentOf({ ...match.row, name: match.session.name });
  const agent = name === null ? undefined : world.agents.get(name);
  const facts = world.sessions.get(sessionKey(match.server.address.socket, match.session.id));
  return agent && facts ? [{ row: match.row, server: match.server, session: match.session, agent, facts }] : [];
}

const staysAsItIs = (match: Match): boolean =>
  match.kind === 'same' || match.kind === 'renamed' || (match.kind === 'replaced' && match.runs === 'unknown');
