/**
 * A row as a sheet: the text of each key that we know, `pane.pid` being `pid` inside the map `pane`. Whoever reads a row
 * fills a sheet; what its texts mean is said here only.
 */
import { isInteger } from './plain.ts';
import type { Conversation, ConversationSource, Row, RowPlace, UnreadableRow } from './types.ts';

/** Why a row cannot be read, in words; `name` when that much is known. */
export type Defect = Pick<UnreadableRow, 'name' | 'reason'>;

/** Null: the key is missing, or null. */
const BLANK = {
  ...{ name: null, status: null, agent: null, tmux_server: null, tmux_socket: null, tmux_session_id: null },
  ...{ tmux_server_started: null, tmux_session_epoch: null, child_pid: null, delegate_job_id: null },
  ...{ 'pane.pid': null, 'pane.cmd': null, 'pane.cmd_full': null, 'pane.cwd': null },
  ...{ 'conversation.id': null, 'conversation.source': null },
  ...{ 'conversation.observed_at': null, 'conversation.transcript': null },
  ...{ terminated_at_epoch: null, termination_mode: null, termination_reason: null },
  ...{ start_command: null, attach_command: null, kill_command: null },
};

export type SheetKey = keyof typeof BLANK;
export type RowSheet = Record<SheetKey, string | null>;
/** `claude_session_id_own` and its like, by key. */
export type OwnIds = Readonly<Record<string, string>>;

export const blankSheet = (): RowSheet => ({ ...BLANK });
export const isSheetKey = (key: string): key is SheetKey => Object.hasOwn(BLANK, key);
export const isOwnIdKey = (key: string): boolean =>
  key.endsWith('_session_id_own') || key.endsWith('_conversation_id_own');

export function rowOfSheet(sheet: RowSheet, ownIds: OwnIds, index: number, place: RowPlace): Row | Defect {
  const { name } = sheet;
  if (!name) return { name: null, reason: '`name` is missing' };
  const wrong = NUMBERS.find((key) => !isNumber(sheet[key]));
  if (wrong) return { name, reason: `\`${wrong}\` is not a number` };
  return {
    index,
    place,
    name,
    status: sheet.status ?? '',
    server: sheet.tmux_server || 'default',
    socket: sheet.tmux_socket,
    sessionId: sheet.tmux_session_id,
    serverStarted: numberOf(sheet.tmux_server_started),
    epoch: numberOf(sheet.tmux_session_epoch),
    pane: {
      pid: positive(sheet['pane.pid']),
      cmd: sheet['pane.cmd'],
      cmdFull: sheet['pane.cmd_full'],
      cwd: sheet['pane.cwd'],
    },
    childPid: positive(sheet.child_pid),
    agent: sheet.agent,
    jobId: sheet.delegate_job_id,
    ownIds,
    conversation: sheet['conversation.id'] ? conversationOf(sheet['conversation.id'], sheet) : null,
    terminatedAt: numberOf(sheet.terminated_at_epoch),
    terminationMode: sheet.termination_mode,
    terminationReason: sheet.termination_reason,
    startCommand: sheet.start_command,
    attachCommand: sheet.attach_command,
    killCommand: sheet.kill_command,
  };
}

const NUMBERS = ['tmux_session_epoch', 'tmux_server_started', 'pane.pid', 'child_pid', 'terminated_at_epoch'] as const;
/** No leading zero, `0x` or `1_000`: YAML 1.1 and 1.2 read those as different numbers. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*)?$/;

const isNumber = (text: string | null): boolean => !text || isInteger(text) || NUMBER.test(text);
const numberOf = (text: string | null): number | null => (text ? Number(text) : null);

function positive(text: string | null): number | null {
  const pid = numberOf(text);
  return pid !== null && pid > 0 ? pid : null;
}

function conversationOf(id: string, sheet: RowSheet): Conversation {
  const source = sheet['conversation.source'] ?? '';
  return {
    id,
    // A source that we do not know says no more than a guess.
    source: isSource(source) ? source : 'guess',
    observedAt: sheet['conversation.observed_at'],
    transcript: sheet['conversation.transcript'],
  };
}

const SOURCES: ReadonlySet<string> = new Set<ConversationSource>(['hook', 'process', 'chosen', 'argv', 'guess']);
const isSource = (text: string): text is ConversationSource => SOURCES.has(text);
