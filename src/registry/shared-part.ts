import { isOwnIdKey } from './row-sheet.ts';
import type { MapNode, Node } from './tree.ts';

/**
 * Why a row must be left alone for what it shares with other places of the file; null when an edit stays inside it.
 *
 * Editing a node that an alias points to would change the other place too, and removing its anchor would break the file.
 * An alias or a merged key that stands for a single scalar is no obstacle: an edit puts a value of the row's own there.
 */
export function sharedPart(row: MapNode): string | null {
  if (row.shared) return 'the row is shared with another place (&)';
  for (const { key, value } of row.entries) {
    if (key === null) continue;
    if (EDITED_MAPS.includes(key) && value.kind === 'alias') return `\`${key}\` is shared with another place (*)`;
    if ((EDITED.has(key) || isOwnIdKey(key)) && holdsShared(value))
      return `\`${key}\` is shared with another place (&)`;
  }
  const inherited = EDITED_MAPS.find((key) => row.inherited.has(key));
  return inherited === undefined ? null : `\`${inherited}\` is shared with another place (<<)`;
}

const EDITED_MAPS = ['pane', 'conversation'];

/** What repairs write and remove. */
const EDITED: ReadonlySet<string> = new Set([
  ...EDITED_MAPS,
  ...[
    'name',
    'status',
    'tmux_session_created_at',
    'tmux_session_epoch',
    'tmux_server',
    'tmux_socket',
    'tmux_session_id',
  ],
  ...['tmux_server_started', 'start_command', 'attach_command', 'kill_command', 'last_visible_status', 'child_pid'],
  ...['delegate_job_id', 'agent', 'terminated_at', 'terminated_at_epoch', 'termination_mode', 'termination_reason'],
]);

function holdsShared(node: Node): boolean {
  if (node.shared) return true;
  if (node.kind === 'map') return node.entries.some(({ value }) => holdsShared(value));
  return node.kind === 'list' && node.items.some(({ value }) => holdsShared(value));
}
