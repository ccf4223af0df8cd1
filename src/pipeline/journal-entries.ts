import type { JournalEntry } from '../journal.ts';
import type { Drift } from '../reconcile/types.ts';
import type { OpenRegistry } from '../registry/open-registry.ts';
import type { Node } from '../registry/tree.ts';
import type { Edit, Row } from '../registry/types.ts';
import type { ServerObservation } from '../tmux/types.ts';
import { type Carried, wasLeft } from './carried.ts';
import { recordedValue } from './recorded-value.ts';

interface Handled {
  /** As it was read, before the repair. */
  readonly registry: OpenRegistry;
  readonly drifts: readonly Drift[];
  /** What earlier runs left: a drift that only stays is not written again. */
  readonly before: Carried;
  readonly repaired: boolean;
  readonly who: string;
  readonly scope: string;
}

/** Journal lines of one run: every repair, and every drift that is newly found. */
export const journalEntries = ({ registry, drifts, before, repaired, who, scope }: Handled): readonly JournalEntry[] =>
  drifts.flatMap((drift): JournalEntry | [] => {
    const done = repaired && drift.edits.length > 0;
    if (!done && wasLeft(before, drift)) return [];
    const { class: cls, kind, name, server, msg, edits } = drift;
    const changes = done ? { changes: changesOf(registry, edits) } : {};
    return {
      who,
      scope,
      what: done ? 'repaired' : 'found',
      class: cls,
      kind,
      name,
      server,
      session: sessionOf(edits),
      msg,
      ...changes,
    };
  });

function sessionOf(edits: readonly Edit[]): string | null {
  const edit = edits[0];
  if (!edit) return null;
  if (edit.kind !== 'append') return edit.row.sessionId;
  const id = edit.value.tmux_session_id;
  return typeof id === 'string' ? id : null;
}

/** Values before and after by key, where they differ; an appended row as a whole. */
function changesOf(registry: OpenRegistry, edits: readonly Edit[]): JournalEntry['changes'] {
  const nodes = new Map<Row, Node>();
  const changes: { [path: string]: readonly [unknown, unknown] } = {};
  for (const edit of edits) {
    if (edit.kind === 'append') {
      changes[''] = [null, edit.value];
      continue;
    }
    const node = nodes.get(edit.row) ?? registry.nodeOf(edit.row);
    nodes.set(edit.row, node);
    const before = recordedValue(node, edit.path);
    const after = edit.kind === 'set' ? edit.value : null;
    if (JSON.stringify(before) !== JSON.stringify(after)) changes[edit.path.join('.')] = [before, after];
  }
  return changes;
}

/** Journal lines for servers that could not be asked, once for as long as it lasts. */
export const unknownEntries = (
  servers: readonly ServerObservation[],
  before: Carried,
  { who, scope }: Pick<Handled, 'who' | 'scope'>,
): readonly JournalEntry[] =>
  servers.flatMap((server): JournalEntry | [] => {
    if (server.state !== 'unknown' || before.unknown.includes(server.address.socket)) return [];
    const { label } = server.address;
    const msg = `server ${label} cannot be asked, its rows are left alone: ${server.reason}`;
    return { who, scope, what: 'refused', kind: 'unknown-server', server: label, msg };
  });

/** The journal line of a run that ended with an error: nothing more was done. */
export const failureEntry = (error: unknown, { who, scope }: Pick<Handled, 'who' | 'scope'>): JournalEntry => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'bug';
  const msg = error instanceof Error ? error.message : String(error);
  return { who, scope, what: 'refused', kind: code, msg };
};
