import { UserError } from '../errors.ts';

/** Flags of `event`; scripts/event.sh writes them glued (`--id=…`), because an empty tmux format would vanish otherwise. */
export interface EventFlags {
  readonly socket: string;
  readonly registry: string | null;
  /** Descriptor that holds the registry's lock. */
  readonly lockFd: number | null;
  /** Descriptor to read tmux's answer from. */
  readonly answerFd: number | null;
  /** The file that keeps other fronts out while the caller is at work. */
  readonly gate: string | null;
  /** The client that pressed the key. */
  readonly client: string | null;
}

const NAMES = [
  ...['socket', 'registry', 'lock-fd', 'answer-fd', 'gate', 'client'],
  ...['id', 'name', 'left', 'pid', 'started'],
] as const;

/** Parsed by hand: this runs on every tmux event, and a library would cost more than the rest of the start-up. */
export function eventFlags(words: readonly string[]): EventFlags {
  const values = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals);
    if (!word.startsWith('--') || equals < 0 || !NAMES.some((known) => known === name)) {
      throw new UserError(
        'bad-flag',
        `event: unknown option '${word}': expected one of ${NAMES.map((known) => `--${known}=`).join(' ')}`,
      );
    }
    values.set(name, word.slice(equals + 1));
  }
  const text = (name: (typeof NAMES)[number]) => values.get(name) || null;
  const socket = text('socket');
  if (!socket?.startsWith('/'))
    throw new UserError(
      'bad-flag',
      'event: --socket=PATH is missing: the socket of the tmux server that sent the event',
    );
  return {
    socket,
    registry: text('registry'),
    lockFd: descriptor('lock-fd', text('lock-fd')),
    answerFd: descriptor('answer-fd', text('answer-fd')),
    gate: text('gate'),
    client: text('client'),
  };
}

function descriptor(name: string, value: string | null): number | null {
  if (value === null) return null;
  if (!/^\d{1,4}$/.test(value))
    throw new UserError('bad-flag', `event: --${name}='${value}': expected the number of a descriptor`);
  return Number(value);
}
