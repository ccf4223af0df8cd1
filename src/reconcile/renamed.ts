import type { Row } from '../registry/types.ts';
import type { Session } from '../tmux/types.ts';
import { actionText, drift, rowEdits } from './drift.ts';
import type { Present } from './identity.ts';
import { attachCommand, killCommand, startCommand } from './new-row.ts';
import type { Drift, World } from './types.ts';

/** F `renamed`: the row's session lives under another name. Command strings that are not ours stay as they are. */
export function renamed(row: Row, server: Present, session: Session, world: World): Drift {
  const { address } = server;
  const start = (name: string) => startCommand(address, name, row.pane.cwd ?? '', row.pane.cmdFull ?? '');
  const agent = world.agentOf(row);
  const agentStaysKnown = agent === null || row.agent !== null || session.name.endsWith(`-${agent}`);
  return drift(['F', 'renamed'], session.name, address.label, `${row.name} is now called ${session.name}`, {
    action: actionText('renamed', session.name, address.label),
    edits: rowEdits(row, {
      name: session.name,
      ...(row.startCommand === start(row.name) ? { start_command: start(session.name) } : {}),
      ...(row.attachCommand === attachCommand(address, row.name)
        ? { attach_command: attachCommand(address, session.name) }
        : {}),
      ...(row.killCommand === killCommand(address, row.name)
        ? { kill_command: killCommand(address, session.name) }
        : {}),
      ...(agentStaysKnown ? {} : { agent }),
    }),
  });
}
