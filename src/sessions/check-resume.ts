import { agentOf } from '../agents/agent-of.ts';
import { isConversationId } from '../agents/conversation-id.ts';
import { homesFrom } from '../agents/homes.ts';
import type { Adapter } from '../agents/types.ts';
import { traits } from '../pipeline/look.ts';
import { recordedId } from '../reconcile/conversation.ts';
import { isActive } from '../reconcile/match-rows.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';
import { idlePane } from './bare-shell.ts';
import { findProgram } from './find-program.ts';
import { whyNoFolder } from './folder.ts';
import type { Holder } from './live-conversations.ts';
import { activeNames, addressOfRow } from './rows.ts';
import type { Workplace } from './workplace.ts';

/** What is true at the moment of the check; all of it is looked at under the registry's lock. */
export interface Moment {
  readonly rows: readonly Row[];
  /** The row's server. */
  readonly server: ServerObservation;
  readonly open: ReadonlyMap<string, Holder> | 'unknown';
}

/** How a row's session can be brought back. */
export interface Resumable {
  readonly adapter: Adapter;
  readonly address: ServerAddress;
  readonly conversationId: string;
  readonly transcript: string | null;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** A bare shell under its name, which the agent takes over; null: a new session. */
  readonly paneId: string | null;
}

/** Answers how to bring a terminated row back, or in words why that cannot be done. Nothing is changed. */
export function checkResume(row: Row, { rows, server, open }: Moment, place: Workplace): Resumable | string {
  const { env, adapters, settings } = place;
  if (row.status !== 'terminated') return row.status === 'archived' ? 'it is archived' : 'it is not terminated';
  if (server.state === 'unknown') return `its tmux server cannot be asked: ${printable(server.reason)}`;
  const address = addressOfRow(row, env);
  if (activeNames(rows, address, env).has(row.name)) return 'another row of this name is running';
  const agent = agentOf(
    row,
    adapters.map(({ name }) => name),
  );
  const adapter = adapters.find(({ name }) => name === agent);
  if (!adapter) return `no agent that we know: ${printable(agent ?? row.pane.cmd ?? 'none recorded')}`;

  const id = recordedId(row, traits(adapter, settings));
  if (id === null) return 'no conversation is recorded';
  if (!isConversationId(id)) return `${printable(id)} is no conversation id`;
  const { cwd } = row.pane;
  if (cwd === null) return 'no folder is recorded';
  const noFolder = whyNoFolder(cwd);
  if (noFolder) return `${printable(cwd)}: ${noFolder}`;
  const found = findConversation(adapter, id, cwd, place);
  if ('why' in found) return found.why;
  const rival = rivalOf(id, row, rows, place, open);
  if (rival) return rival;

  const argv = adapter.resume(id, row);
  const [program = adapter.name] = argv;
  if (!findProgram(program, env)) return `${printable(program)} is not on the PATH`;
  const inTheWay = server.state === 'present' ? server.sessions.find(({ name }) => name === row.name) : undefined;
  const paneId = inTheWay ? idlePane(inTheWay) : null;
  if (inTheWay && paneId === null) return `a session of its name (${inTheWay.id}) is at work`;
  return { adapter, address, conversationId: id, transcript: found.path, cwd, argv, paneId };
}

/** An agent that cannot be told where its conversations are is resumed on trust; what is asked and cannot be answered is not. */
function findConversation(
  adapter: Adapter,
  id: string,
  cwd: string,
  { env, settings }: Workplace,
): { readonly path: string | null } | { readonly why: string } {
  const described = settings.file.agents?.[adapter.name];
  const artifact = adapter.artifact(id, cwd, homesFrom(env));
  if (artifact.state === 'present') return artifact;
  if (artifact.state === 'missing')
    return { why: `conversation ${id} is not on disk: it was deleted, or nothing was ever said in it` };
  return described && !described.artifact && adapter.hook === null
    ? { path: null }
    : { why: `cannot look for conversation ${id}: ${printable(artifact.reason)}` };
}

function rivalOf(
  id: string,
  row: Row,
  rows: readonly Row[],
  { adapters, settings }: Workplace,
  open: Moment['open'],
): string | null {
  const known = adapters.map(({ name }) => name);
  const other = rows.find((one) => {
    const adapter = adapters.find(({ name }) => name === agentOf(one, known));
    return one.index !== row.index && isActive(one) && recordedId(one, adapter && traits(adapter, settings)) === id;
  });
  if (other) return `${printable(other.name)} is in its conversation`;
  if (open === 'unknown') return 'the process table cannot be read, so another process may be in its conversation';
  const holder = open.get(id);
  return holder ? `its conversation is open in another ${holder.agent} (pid ${holder.pid})` : null;
}
