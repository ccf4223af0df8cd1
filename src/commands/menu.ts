import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { tmuxPlace } from '../pipeline/scope.ts';
import { spawnProcess } from '../process/spawn.ts';
import { attachCommand } from '../reconcile/new-row.ts';
import { readRegistry } from '../registry/read-registry.ts';
import type { Row } from '../registry/types.ts';
import { withoutHistory } from '../sessions/attention.ts';
import { deleteSession } from '../sessions/delete.ts';
import { confirmMenu, type Menu, type MenuPlace, menuWords, sessionMenu, sessionsMenu } from '../sessions/menu/menu.ts';
import { markedRow, type RowMark } from '../sessions/menu/row-mark.ts';
import { resumeRow } from '../sessions/resume.ts';
import { addressOfRow } from '../sessions/rows.ts';
import type { SessionStatus } from '../sessions/status.ts';
import { now, openWorkplace, refresh, type Workplace } from '../sessions/workplace.ts';
import { addressOfSocket } from '../tmux/address.ts';
import { callTmux } from '../tmux/call.ts';
import { commandArgument } from '../tmux/set-options.ts';
import { showMessage } from '../tmux/show-message.ts';
import { statusesOf } from './status.ts';

export const MENU_ACTIONS = ['open', 'confirm', 'resume', 'delete', 'copy'] as const;
type Action = (typeof MENU_ACTIONS)[number];

export interface MenuOptions {
  readonly registry?: string;
  readonly socket: string;
  readonly client: string;
  readonly page?: number;
  readonly row?: number;
  readonly mark?: string;
  readonly do?: Action;
}

/** What the menu key calls, and the menus themselves: shows a menu to a client, or does what was chosen in one and says so there. */
export async function menu(options: MenuOptions, io: Io): Promise<number> {
  const server = addressOfSocket(options.socket, tmuxPlace(io.env));
  const screen = { server, client: options.client, env: io.env };
  try {
    const place = openWorkplace(options.registry, { ...io.env, TMUX: `${options.socket},0,0` });
    const mark =
      options.row === undefined || options.mark === undefined ? null : { index: options.row, mark: options.mark };
    if (mark === null || options.do === undefined)
      show(screen, sessionsMenu(sessionsToShow(place), options.page ?? 0, menuPlace(options, screen)));
    else await act(place, options.do, mark, options, screen);
    return 0;
  } catch (error) {
    // There is no terminal that anybody looks at but this client's.
    say(screen, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface Screen {
  readonly server: ReturnType<typeof addressOfSocket>;
  readonly client: string;
  readonly env: Io['env'];
}

async function act(
  place: Workplace,
  action: Action,
  mark: RowMark,
  options: MenuOptions,
  screen: Screen,
): Promise<void> {
  const pick = (rows: readonly Row[]) => markedRow(rows, mark);
  switch (action) {
    case 'open':
    case 'confirm': {
      const status = markedStatus(place, mark);
      const where = menuPlace(options, screen);
      show(
        screen,
        action === 'confirm'
          ? confirmMenu(status, where)
          : sessionMenu(status, addressOfRow(status.row, place.env), where),
      );
      return;
    }
    case 'copy': {
      const row = pick(readRegistry(place.registryPath).rows);
      const command = attachCommand(addressOfRow(row, place.env), row.name);
      callTmux(screen.server, ['set-buffer', '-w', '-t', screen.client, '--', command], screen);
      say(screen, `copied: ${command}`);
      return;
    }
    case 'resume': {
      const result = await resumeRow(place, pick(readRegistry(place.registryPath).rows));
      const name = result.row.name;
      // What the status bar counts may have been this very session.
      refresh(place, 'repair');
      say(screen, 'reason' in result ? `${name} was not resumed: ${result.reason}` : `${name} is back`);
      return;
    }
    case 'delete': {
      const { row } = deleteSession(place, pick, false);
      say(screen, `${row.name} deleted`);
      return;
    }
  }
}

const sessionsToShow = (place: Workplace): readonly SessionStatus[] =>
  withoutHistory(statusesOf(place, refresh(place, 'dry-run')), now()).shown;

function markedStatus(place: Workplace, mark: RowMark): SessionStatus & { readonly row: Row } {
  const outcome = refresh(place, 'dry-run');
  const row = markedRow(outcome.registry.rows, mark);
  const status = statusesOf(place, outcome).find((one) => one.row?.index === row.index);
  if (!status) throw new UserError('stale-menu', 'the registry has changed meanwhile: open the menu again');
  return { ...status, row };
}

function menuPlace({ socket, client, registry }: MenuOptions, screen: Screen): MenuPlace {
  const told = callTmux(
    screen.server,
    ['display-message', '-p', '-c', client, '#{client_width} #{client_height}'],
    screen,
  );
  const [width = 80, height = 24] = told.trim().split(' ').map(Number);
  const given = registry === undefined ? [] : [`--registry=${registry}`];
  return {
    server: screen.server,
    width,
    height: height - 1,
    self: [process.execPath, ...ownScript(), 'menu', `--socket=${socket}`, `--client=${client}`, ...given],
  };
}

/** From source, Node runs a file; the binary is itself the program. */
const ownScript = (): readonly string[] => (process.argv[1]?.endsWith('.ts') ? [process.argv[1]] : []);

/**
 * The client call lasts as long as the menu is open, so nobody waits for it. Of a menu that does not fit tmux shows nothing; ours is made
 * to the client's measure.
 */
function show({ server, client, env }: Screen, { title, ...items }: Menu): void {
  const words = ['display-menu', '-c', client, '-T', title, '-x', 'C', '-y', 'C', '--', ...menuWords(items)];
  const argv = ['-u', ...server.flags, ...words.map(commandArgument)];
  spawnProcess('/bin/sh', ['-c', 'tmux "$@" </dev/null >/dev/null 2>&1 &', 'sh', ...argv], { env, timeoutMs: 2000 });
}

function say({ server, client, env }: Screen, message: string): void {
  showMessage(server, client, message, env);
}
