import { described, RowFacts } from './row-facts.ts';
import { sharedPart } from './shared-part.ts';
import type { Node } from './tree.ts';
import type { Conversation, ConversationSource, Row, RowPlace, UnreadableRow } from './types.ts';

/** Why a row cannot be read, in words; `name` when that much is known. */
export type Defect = Pick<UnreadableRow, 'name' | 'reason'>;

/** A node of the list `tmux_sessions` → the row that it is, or what is wrong with it. */
export function decodeRow(node: Node, index: number, place: RowPlace): Row | Defect {
  if (node.kind !== 'map') return { name: null, reason: `the row is ${described(node)}, not a map` };
  const facts = new RowFacts(node);
  const name = facts.text('name');
  if (!name) return { name: null, reason: facts.defect ?? '`name` is missing' };
  const pane = facts.map('pane');
  const conversation = facts.map('conversation');
  const row: Row = {
    index,
    place,
    name,
    status: facts.text('status') ?? '',
    server: facts.text('tmux_server') || 'default',
    socket: facts.text('tmux_socket'),
    sessionId: facts.text('tmux_session_id'),
    serverStarted: facts.number('tmux_server_started'),
    epoch: facts.number('tmux_session_epoch'),
    pane: {
      pid: positive(pane.number('pid')),
      cmd: pane.text('cmd'),
      cmdFull: pane.text('cmd_full'),
      cwd: pane.text('cwd'),
    },
    childPid: positive(facts.number('child_pid')),
    agent: facts.text('agent'),
    jobId: facts.text('delegate_job_id'),
    ownIds: facts.ownIds(),
    conversation: decodeConversation(conversation),
    terminatedAt: facts.number('terminated_at_epoch'),
    terminationMode: facts.text('termination_mode'),
    terminationReason: facts.text('termination_reason'),
    startCommand: facts.text('start_command'),
    attachCommand: facts.text('attach_command'),
    killCommand: facts.text('kill_command'),
  };
  const reason = sharedPart(node) ?? facts.defect ?? pane.defect ?? conversation.defect;
  return reason === null ? row : { name, reason };
}

const positive = (pid: number | null): number | null => (pid !== null && pid > 0 ? pid : null);

function decodeConversation(facts: RowFacts): Conversation | null {
  const id = facts.text('id');
  const source = facts.text('source') ?? '';
  const observedAt = facts.text('observed_at');
  const transcript = facts.text('transcript');
  // A source that we do not know says no more than a guess.
  return id ? { id, source: isSource(source) ? source : 'guess', observedAt, transcript } : null;
}

const SOURCES: ReadonlySet<string> = new Set<ConversationSource>(['hook', 'process', 'chosen', 'argv', 'guess']);
const isSource = (text: string): text is ConversationSource => SOURCES.has(text);
