import { styleText } from 'node:util';
import { byAttention } from '../sessions/attention.ts';
import type { SessionState, SessionStatus } from '../sessions/status.ts';
import { age } from './age.ts';
import { cutStart } from './columns.ts';
import { fromHome } from './from-home.ts';
import { printable } from './printable.ts';
import { stateText } from './state-text.ts';
import { type Column, table } from './table.ts';

export interface TableOptions {
  /** Columns of the terminal; null: a pipe. */
  readonly columns: number | null;
  readonly colour: boolean;
  readonly home: string;
  /** Epoch seconds. */
  readonly now: number;
}

/** The table of `status`, what needs attention first. */
export function statusTable(
  statuses: readonly SessionStatus[],
  { columns: width, colour, home, now }: TableOptions,
): string {
  const sorted = byAttention(statuses);
  const paint = (text: string, row: number) =>
    colour ? styleText(COLOURS[sorted[row]?.state ?? 'running'], text, { validateStream: false }) : text;
  const columns: readonly Column[] = [
    { title: 'SESSION', narrowest: 12 },
    { title: 'SERVER', narrowest: 7 },
    { title: 'AGENT', narrowest: 5 },
    { title: 'STATE', narrowest: 16, paint },
    { title: 'CONVERSATION', narrowest: 12 },
    { title: 'CWD', narrowest: 8, shorten: cutStart },
    { title: 'AGE' },
  ];
  const rows = sorted.map((status) => [
    printable(status.name),
    printable(status.server),
    printable(status.agent ?? '-'),
    stateText(status),
    conversationText(status),
    status.cwd === null ? '-' : printable(fromHome(status.cwd, home)),
    age(status.since, now),
  ]);
  return table(columns, rows, width);
}

/** The beginning of an id is enough to tell it by; a word says what is special about it. */
function conversationText({ conversation }: SessionStatus): string {
  if (!conversation) return '-';
  const { id, source, state } = conversation;
  const word = state === 'known' ? (source === 'guess' ? ' guessed' : '') : ` ${state}`;
  return `${printable(id.slice(0, 8))}${word}`;
}

const COLOURS: Readonly<Record<SessionState, 'red' | 'yellow' | 'green' | 'dim' | 'magenta'>> = {
  gone: 'red',
  lost: 'red',
  'agent-exited': 'yellow',
  'still-alive': 'yellow',
  unknown: 'magenta',
  unregistered: 'yellow',
  running: 'green',
  terminated: 'dim',
  archived: 'dim',
};
