import type { Io } from '../io.ts';
import type { Row } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import { deleteSession } from '../sessions/delete.ts';
import { rowCalled } from '../sessions/pick-rows.ts';
import { openWorkplace, refresh } from '../sessions/workplace.ts';

export interface DeleteOptions {
  readonly registry?: string;
  readonly archive?: boolean;
  readonly server?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `delete`: ends a session on purpose. */
export function deleteCommand(options: DeleteOptions, io: Io, name: string): number {
  const place = openWorkplace(options.registry, io.env);
  // Called inside the very session, we must outlive its terminal to write the end down.
  process.on('SIGHUP', () => {});
  const before = refresh(place, options.dryRun ? 'dry-run' : 'repair');
  const archive = options.archive ?? false;
  const pick = (rows: readonly Row[]) => rowCalled(name, options.server, rows, place);
  const { row, session } = options.dryRun
    ? { row: pick(before.registry.rows), session: null }
    : deleteSession(place, pick, archive);
  const words = `${options.dryRun ? 'would be ' : ''}${archive ? 'archived' : 'deleted'}`;
  if (options.json) {
    const result = {
      format_version: '1.0',
      name: row.name,
      server: row.server,
      outcome: archive ? 'archived' : 'deleted',
      tmux_session: session,
    };
    io.out(`${JSON.stringify({ ...result, dry_run: options.dryRun ?? false }, null, 2)}\n`);
  }
  io.err(`${printable(row.name)} on ${printable(row.server)} ${words}${session === null ? '' : SAID[session]}\n`);
  return 0;
}

const SAID = {
  killed: ', its session ended',
  gone: ', it had no session any more',
  other: '; its session was gone, another one of its name was left alone',
} as const;
