/** The menus, as what `display-menu` is told: pure. Commands hold nothing but paths, numbers and ids of ours. */

import { printable } from '../../render/printable.ts';
import { stateText } from '../../render/state-text.ts';
import { literal } from '../../tmux/literal.ts';
import type { ServerAddress } from '../../tmux/types.ts';
import { byAttention } from '../attention.ts';
import type { SessionState, SessionStatus } from '../status.ts';
import { shellWord, shown, tmuxWord } from './menu-text.ts';
import { markOf } from './row-mark.ts';

export interface Item {
  readonly name: string;
  readonly key: string;
  /** A tmux command; '' does nothing. */
  readonly command: string;
}

/** A line between items. */
export const LINE = { name: '', key: '', command: '' } as const satisfies Item;

export interface Menu {
  readonly title: string;
  readonly items: readonly Item[];
}

/** What a menu is made for: where it is shown, and how it calls us. */
export interface MenuPlace {
  /** The server whose client shows the menu. */
  readonly server: ServerAddress;
  readonly width: number;
  readonly height: number;
  /** Words of a command line that runs `tmux-drift menu` for this server and client. */
  readonly self: readonly string[];
}

const KEYS = [...'123456789abcdefhilmoprstuvwxyz'];

/** All sessions, a page of as many as fit. `page` counts from 0; beyond the last one it is the last. */
export function sessionsMenu(statuses: readonly SessionStatus[], page: number, place: MenuPlace): Menu {
  const sorted = byAttention(statuses);
  // Border, and on several pages a line and two items that turn them.
  const most = Math.max(1, Math.min(KEYS.length, place.height - 2));
  const perPage = sorted.length <= most ? most : Math.max(1, most - 3);
  const pages = Math.max(1, Math.ceil(sorted.length / perPage));
  const at = Math.min(page, pages - 1);
  const items = sorted
    .slice(at * perPage, (at + 1) * perPage)
    .map((status, index) => sessionItem(status, KEYS[index] ?? '', place));
  const turn = (to: number, name: string, key: string): Item => ({
    name,
    key,
    command: to < 0 || to >= pages ? '' : callUs(place, [`--page=${to}`]),
  });
  const turns =
    pages === 1
      ? []
      : [
          LINE,
          turn(at + 1, at + 1 < pages ? 'Next page' : '-Next page', 'n'),
          turn(at - 1, at > 0 ? 'Previous page' : '-Previous page', 'N'),
        ];
  const empty: Item = { name: '-No agent sessions', key: '', command: '' };
  return {
    title: ` Agent sessions${pages === 1 ? '' : ` ${at + 1}/${pages}`} `,
    items: sorted.length === 0 ? [empty] : [...items, ...turns],
  };
}

function sessionItem(status: SessionStatus, key: string, place: MenuPlace): Item {
  // Border, space, and the key in brackets.
  const room = Math.max(10, place.width - 12);
  const server = status.server === place.server.label ? '' : ` (${printable(status.server)})`;
  const name = `${GLYPHS[status.state]} ${shown(`${printable(status.name)}${server}  ${stateText(status)}`, room - 2)}`;
  const command = status.row ? callUs(place, [...rowWords(status), '--do=open']) : attachHere(status);
  return { name, key, command };
}

/** What can be done with one session. */
export function sessionMenu(status: SessionStatus, address: ServerAddress, place: MenuPlace): Menu {
  const room = Math.max(10, place.width - 6);
  const ask = (what: string) => callUs(place, [...rowWords(status), `--do=${what}`]);
  const lives = status.sessionId !== null;
  const attach = address.socket === place.server.socket ? attachHere(status) : attachThere(status, address);
  const over = status.state === 'lost' || status.state === 'terminated';
  const info: Item = {
    name: `-${shown(`${stateText(status)}${status.cwd === null ? '' : `  ${status.cwd}`}`, room)}`,
    key: '',
    command: '',
  };
  return {
    title: ` ${shown(status.name, room)} `,
    items: [
      info,
      LINE,
      ...(lives
        ? [
            { name: 'Attach', key: 'a', command: attach },
            { name: 'Copy attach command', key: 'c', command: ask('copy') },
          ]
        : []),
      ...(over ? [{ name: 'Resume', key: 'r', command: ask('resume') }] : []),
      ...(status.state === 'archived'
        ? []
        : [{ name: lives ? 'Delete…' : 'Delete for good…', key: 'd', command: ask('confirm') }]),
      LINE,
      { name: 'Back', key: 'b', command: callUs(place, []) },
    ],
  };
}

/** The question before a session is ended; the first answer is the harmless one. */
export function confirmMenu(status: SessionStatus, place: MenuPlace): Menu {
  const room = Math.max(10, place.width - 20);
  return {
    title: ` Delete ${shown(status.name, room)}? `,
    items: [
      { name: 'No, keep it', key: 'n', command: '' },
      {
        name: status.sessionId === null ? 'Yes, never offer it again' : 'Yes, end the session',
        key: 'y',
        command: callUs(place, [...rowWords(status), '--do=delete']),
      },
    ],
  };
}

/** The arguments of `display-menu` behind its options. */
export const menuWords = ({ items }: Pick<Menu, 'items'>): readonly string[] =>
  items.flatMap(({ name, key, command }) => (name === '' ? [''] : [name, key, literal(command)]));

function rowWords({ row }: SessionStatus): readonly string[] {
  if (!row) throw new Error('a session without a row has no menu of its own');
  const { index, mark } = markOf(row);
  return [`--row=${index}`, `--mark=${mark}`];
}

/** In the background, and of all forms only this one never prints into the user's pane. */
const callUs = ({ self }: MenuPlace, words: readonly string[]): string =>
  `if-shell -b ${tmuxWord(`${[...self, ...words].map(shellWord).join(' ')} >/dev/null 2>&1`)} ''`;

const attachHere = ({ sessionId }: SessionStatus): string => `switch-client -t '${sessionId}'`;

/** A client cannot go over to another server: it leaves, and becomes one there. */
function attachThere({ sessionId }: SessionStatus, { socket }: ServerAddress): string {
  const command = `exec tmux -S ${shellWord(socket)} attach-session -t ${shellWord(sessionId ?? '')}`;
  return `detach-client -E ${tmuxWord(command)}`;
}

const GLYPHS: Readonly<Record<SessionState, string>> = {
  gone: '✗',
  lost: '✗',
  'agent-exited': '!',
  'still-alive': '!',
  unknown: '?',
  unregistered: '+',
  running: '●',
  terminated: '○',
  archived: '○',
};
