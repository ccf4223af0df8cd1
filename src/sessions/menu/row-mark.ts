import { UserError } from '../../errors.ts';
import type { Row } from '../../registry/types.ts';

/** Names a row in a command without any text of the row in it: its place in the registry, and what tells whether it is still the same. */
export interface RowMark {
  readonly index: number;
  readonly mark: string;
}

export const markOf = (row: Row): RowMark => ({ index: row.index, mark: digest(row) });

/** The row that a mark means. Throws `UserError` when the registry has changed since. */
export function markedRow(rows: readonly Row[], { index, mark }: RowMark): Row {
  const row = rows.find((one) => one.index === index);
  if (row && digest(row) === mark) return row;
  throw new UserError('stale-menu', 'the registry has changed meanwhile: open the menu again');
}

/** Node's crypto is loaded here and not above: every other command would pay for it. */
const digest = ({ name, server, socket, sessionId, epoch, status }: Row): string =>
  process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(JSON.stringify([name, server, socket, sessionId, epoch, status]))
    .digest('hex')
    .slice(0, 12);
