import { readFileSync, writeSync } from 'node:fs';
import { ELSEWHERE, hookCaller, processesAbove } from '../agents/hook-caller.ts';
import { hookReply } from '../agents/hook-payload.ts';
import { adapterNamed } from '../agents/index.ts';
import { appendJournal } from '../journal.ts';
import { tmuxPlace } from '../pipeline/scope.ts';
import { spoolHookCall } from '../pipeline/spool.ts';
import { readProcesses } from '../process/process-table.ts';
import { messageOf } from '../report-error.ts';
import { type Environment, stateFolder } from '../settings.ts';
import { ensureStateFolder } from '../state-folder.ts';
import { addressOfSocket } from '../tmux/address.ts';
import { event } from './event.ts';

/**
 * `hook <agent> [event]`: what agents' hooks call; JSON on stdin. The call is spooled like a tmux event and joined to its session by
 * `$TMUX` and `$TMUX_PANE`, never by folder. Prints what that agent demands and always exits 0: an agent must not suffer from us.
 */
export function hook([agent = '', eventName = '-']: readonly string[], env: Environment): number {
  writeSync(1, hookReply(agent));
  try {
    const stateDir = stateFolder(env);
    ensureStateFolder(stateDir);
    const place = paneOf(env);
    const payload = readFileSync(0);
    const adapter = adapterNamed(agent);
    const caller = adapter && hookCaller(processesAbove(process.ppid, readProcesses([process.ppid])), adapter);
    if (!place || caller === 'elsewhere' || !/^[a-z][\w-]*$/.test(agent) || !/^[\w-]+$/.test(eventName)) {
      const msg = !place
        ? 'no tmux pane: $TMUX or $TMUX_PANE is not set'
        : caller === 'elsewhere'
          ? ELSEWHERE
          : `not a hook call: ${agent} ${eventName}`;
      appendJournal(stateDir, Math.floor(Date.now() / 1000), [
        { who: `hook ${agent}`, scope: 'none', what: 'ignored', msg },
      ]);
      return 0;
    }
    const { socket } = addressOfSocket(place.socket, tmuxPlace(env));
    spoolHookCall(stateDir, socket, `${agent} ${place.pane} ${place.serverPid} ${eventName} -`, payload);
    event([`hook-${agent}`, `--socket=${socket}`], env);
  } catch (error) {
    writeSync(2, messageOf(error));
  }
  return 0;
}

/** The pane that the agent runs in: `$TMUX` is `socket,server pid,session`. Null outside tmux. */
function paneOf({ TMUX, TMUX_PANE }: Environment): { socket: string; serverPid: string; pane: string } | null {
  const server = /^(\/.*),(\d+),-?\d+$/.exec(TMUX ?? '');
  const pane = /^%(\d+)$/.exec(TMUX_PANE ?? '');
  return server && pane
    ? { socket: server[1] as string, serverPid: server[2] as string, pane: pane[1] as string }
    : null;
}
