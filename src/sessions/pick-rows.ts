import { agentOf } from '../agents/agent-of.ts';
import { UserError } from '../errors.ts';
import { traits } from '../pipeline/look.ts';
import { tmuxPlace } from '../pipeline/scope.ts';
import { recordedId } from '../reconcile/conversation.ts';
import { isActive } from '../reconcile/match-rows.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { serverAddress } from '../tmux/address.ts';
import { addressOfRow } from './rows.ts';
import type { Workplace } from './workplace.ts';

/**
 * The row that a person means by a name: the active one, else the last terminated one, else an archived one. Throws `UserError` when
 * there is none, or when several servers have one and `server` (a label) does not say which.
 */
export function rowCalled(name: string, server: string | undefined, rows: readonly Row[], { env }: Workplace): Row {
  const socket = server === undefined ? null : serverAddress(server, tmuxPlace(env)).socket;
  const called = rows.filter(
    (row) => row.name === name && (socket === null || addressOfRow(row, env).socket === socket),
  );
  const active = called.filter(isActive);
  const terminated = called.filter(({ status }) => status === 'terminated');
  const candidates = active.length > 0 ? active : terminated.length > 0 ? terminated : called;
  const servers = new Map(candidates.map((row) => [addressOfRow(row, env).socket, addressOfRow(row, env).label]));
  const row = candidates.at(-1);
  if (!row)
    throw new UserError(
      'no-such-session',
      `no session '${printable(name)}'${server === undefined ? '' : ` on ${printable(server)}`} in the registry`,
    );
  if (servers.size > 1) {
    const labels = [...servers.values()].map(printable).join(', ');
    throw new UserError(
      'ambiguous-name',
      `'${printable(name)}' is on several servers (${labels}). Next step: add --server NAME`,
    );
  }
  return row;
}

/** Reasons for which a session ended in the course of its work: nobody wants those back in bulk. */
const OVER: ReadonlySet<string | null> = new Set(['closed', 'deleted', 'job-completed']);

/**
 * What `resume --lost` and `--all` are about: of the terminated rows of one name on one server the last one, where none of that name is
 * active; of rows with one conversation the last one. `lost`: those that ended with their server or without anybody seeing it.
 */
export function endedRows(which: 'lost' | 'all', rows: readonly Row[], place: Workplace): readonly Row[] {
  const key = (row: Row) => `${addressOfRow(row, place.env).socket} ${row.name}`;
  const active = new Set(rows.filter(isActive).map(key));
  const last = new Map(rows.filter(({ status }) => status === 'terminated').map((row) => [key(row), row]));
  const wanted = [...last].flatMap(([name, row]) => (active.has(name) || !isWanted(which, row) ? [] : [row]));
  const byConversation = new Map(wanted.map((row) => [conversationOf(row, place) ?? `row ${row.index}`, row]));
  return [...byConversation.values()].sort((one, other) => one.index - other.index);
}

const isWanted = (which: 'lost' | 'all', { terminationReason }: Row): boolean =>
  which === 'lost' ? terminationReason === 'lost' : !OVER.has(terminationReason);

function conversationOf(row: Row, { adapters, settings }: Workplace): string | null {
  const agent = agentOf(
    row,
    adapters.map(({ name }) => name),
  );
  const adapter = adapters.find(({ name }) => name === agent);
  return recordedId(row, adapter && traits(adapter, settings));
}
