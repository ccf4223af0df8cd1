import { isCount } from '../is-count.ts';
import { CUT_OFF } from './is-leaving.ts';
import { OPTIONS } from './query.ts';
import type { Pane, ServerAddress, ServerObservation, Session } from './types.ts';

/**
 * Present, absent or unknown, from what one client call printed: stdout and stderr in one stream, closed by
 * a line `E <exit status>` that whoever started tmux adds. Absence is only what tmux said in these words: no server,
 * no socket, no sessions. Everything else that is not a whole, well-formed answer is `unknown`.
 */
export function parseAnswer(address: ServerAddress, answer: string): ServerObservation {
  const unknown = (reason: string): ServerObservation => ({ state: 'unknown', address, reason });
  const end = endOf(answer);
  if (!end) return unknown(answer === '' ? 'tmux did not answer in time' : 'tmux stopped in the middle of its answer');
  const { status } = end;
  const text = answer.slice(0, end.at);
  if (status === 0)
    return isWhole(text) ? (parsePresent(address, text) ?? unknown('garbled answer')) : unknown(CUT_OFF);
  const complaint = text.trim();
  if (status > 128)
    return unknown(
      status === 128 + SIGKILL ? 'tmux did not answer in time' : `tmux was killed by signal ${status - 128}`,
    );
  if (status === 1 && saysNoServer(complaint, address)) return { state: 'absent', address, reason: complaint };
  // tmux hands stdout and stderr to its client by separate ways: either may come first.
  if (/^(?:S \d+ \d+\nno current target|no current target\nS \d+ \d+)$/.test(complaint)) {
    return { state: 'absent', address, reason: 'no sessions' };
  }
  return unknown(complaint.split('\n').at(-1) || `tmux exited with ${status}`);
}

/** The exit status on the last line, and where that begins; null as long as an answer is not whole. */
export function endOf(answer: string): { readonly at: number; readonly status: number } | null {
  const at = answer.lastIndexOf('\n', answer.length - 2) + 1;
  const status = answer.slice(at + 2, -1);
  return answer.startsWith('E ', at) && answer.endsWith('\n') && isCount(status)
    ? { at, status: Number(status) }
    : null;
}

/** Is there an answer to the last question? An option of the user's that is not told must not count as one that is not set. */
const isWhole = (text: string): boolean => text.includes(LAST_LINE);

const LAST_LINE = `\nO ${OPTIONS.at(-1)} `;

/** How a client ends that was asked for too long. */
const SIGKILL = 9;

/** The whole complaint, and about the very socket that was asked. */
function saysNoServer(complaint: string, { socket, flags }: ServerAddress): boolean {
  const [, refused, missing] =
    /^(?:no server running on (.+)|error connecting to (.+) \(No such file or directory\))$/.exec(complaint) ?? [];
  const path = refused ?? missing;
  return path === socket || path === flags[1];
}

function parsePresent(address: ServerAddress, stdout: string): ServerObservation | null {
  const lines = stdout.slice(0, -1).split('\n');
  const server = /^S (\d+) (\d+)$/.exec(lines[0] ?? '');
  if (!server) return null;
  const optionsAt = lines.findIndex((line) => line.startsWith('O '));
  if (optionsAt < 0) return null;

  const sessions = new Map<
    string,
    { id: string; created: number; name: string; panes: { rank: string; pane: Pane }[] }
  >();
  for (const line of lines.slice(1, optionsAt)) {
    const session = /^L (\$\d+) (\d+) (.+)$/.exec(line);
    if (session) {
      const id = session[1] as string;
      sessions.set(id, { id, created: Number(session[2]), name: session[3] as string, panes: [] });
      continue;
    }
    const pane = /^P (\$\d+) (%\d+) (\d+) ([01]?) ([01]{2}) ?(.*)$/.exec(line);
    const owner = pane && sessions.get(pane[1] as string);
    if (!pane || !owner) return null;
    const [, , id, pid, dead, rank, startCommand] = pane as unknown as string[];
    owner.panes.push({
      rank: rank as string,
      pane: { id: id as string, pid: Number(pid), dead: dead === '1', startCommand: startCommand as string },
    });
  }
  const found: Session[] = [];
  for (const { panes, ...session } of sessions.values()) {
    if (panes.length === 0) return null;
    // The active pane of the active window first: it is the one that a row describes.
    panes.sort((a, b) => (a.rank < b.rank ? 1 : a.rank > b.rank ? -1 : 0));
    found.push({ ...session, panes: panes.map(({ pane }) => pane) });
  }
  if (found.length === 0) return { state: 'absent', address, reason: 'no sessions' };
  return {
    state: 'present',
    address,
    pid: Number(server[1]),
    started: Number(server[2]),
    sessions: found,
    options: parseOptions(lines.slice(optionsAt)),
  };
}

function parseOptions(lines: readonly string[]): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  for (const line of lines) {
    const option = /^O (@[\w-]+) (.*)$/.exec(line);
    if (option) options[option[1] as string] ??= option[2] as string;
  }
  return options;
}
