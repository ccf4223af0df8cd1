import type { JournalEntry } from '../journal.ts';
import type { Drift } from '../reconcile/types.ts';
import type { Edit, Row } from '../registry/types.ts';
import { type Carried, wasLeft } from './carried.ts';

interface Handled {
  readonly drifts: readonly Drift[];
  /** What earlier runs left: a drift that only stays is not written again. */
  readonly before: Carried;
  readonly repaired: boolean;
  readonly who: string;
  readonly scope: string;
}

/** Journal lines of one run: every repair, and every drift that is newly found. */
export const journalEntries = ({ drifts, before, repaired, who, scope }: Handled): readonly JournalEntry[] =>
  drifts.flatMap((drift): JournalEntry | [] => {
    const done = repaired && drift.edits.length > 0;
    if (!done && wasLeft(before, drift)) return [];
    const { class: cls, kind, name, server, msg, edits } = drift;
    const changes = done ? { changes: changesOf(edits) } : {};
    return { who, scope, what: done ? 'repaired' : 'found', class: cls, kind, name, server, session: sessionOf(edits), msg, ...changes };
  });

function sessionOf(edits: readonly Edit[]): string | null {
  const edit = edits[0];
  if (!edit) return null;
  if (edit.kind !== 'append') return edit.row.sessionId;
  const id = edit.value.tmux_session_id;
  return typeof id === 'string' ? id : null;
}

/** Values before and after by key; an appended row as a whole. */
const changesOf = (edits: readonly Edit[]): JournalEntry['changes'] =>
  Object.fromEntries(
    edits.map((edit) => {
      if (edit.kind === 'append') return ['', [null, edit.value]];
      return [edit.path.join('.'), [recorded(edit.row, edit.path), edit.kind === 'set' ? edit.value : null]];
    }),
  );

/** What the row said before, for the keys that we ever change. */
function recorded(row: Row, path: readonly string[]): unknown {
  const known: Readonly<Record<string, unknown>> = {
    name: row.name,
    status: row.status,
    agent: row.agent,
    tmux_session_created_at: undefined,
    tmux_session_epoch: row.epoch,
    tmux_socket: row.socket,
    tmux_session_id: row.sessionId,
    tmux_server_started: row.serverStarted,
    'pane.pid': row.pane.pid,
    'pane.cwd': row.pane.cwd,
    child_pid: row.childPid,
    conversation: row.conversation,
    terminated_at_epoch: row.terminatedAt,
    termination_mode: row.terminationMode,
    termination_reason: row.terminationReason,
    start_command: row.startCommand,
    attach_command: row.attachCommand,
    kill_command: row.killCommand,
    ...row.ownIds,
  };
  return known[path.join('.')] ?? null;
}
