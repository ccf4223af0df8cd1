import { ELSEWHERE, hookCaller } from '../agents/hook-caller.ts';
import { parseHookPayload } from '../agents/hook-payload.ts';
import type { Adapter, Ignored } from '../agents/types.ts';
import { readProcesses } from '../process/process-table.ts';
import type { HookCall, SpooledEvent } from './spool.ts';

/** What an agent's hook told us, joined to a pane by `$TMUX` and `$TMUX_PANE`, never by folder. */
export interface AgentReport {
  readonly socket: string;
  readonly serverPid: number;
  readonly paneId: string;
  readonly agent: string;
  readonly id: string;
  readonly transcript: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Decodes spooled hook calls, oldest first. `ignored`: calls that say nothing about a pane's conversation, with the reason for the journal. */
export function readReports(
  events: readonly SpooledEvent[],
  adapters: readonly Adapter[],
): { readonly reports: readonly AgentReport[]; readonly ignored: readonly (Ignored & { readonly agent: string })[] } {
  const reports: AgentReport[] = [];
  const ignored: (Ignored & { agent: string })[] = [];
  for (const event of events) {
    if (event.kind !== 'agent-hook') continue;
    const read = readCall(event, adapters);
    if ('ignored' in read) ignored.push({ agent: event.agent, ignored: read.ignored });
    else reports.push(read);
  }
  return { reports: reports.sort((a, b) => a.at - b.at), ignored };
}

function readCall(call: HookCall, adapters: readonly Adapter[]): AgentReport | Ignored {
  const { agent, socket, serverPid, paneId, at, event, payload } = call;
  const said = parseHookPayload(agent, payload, event === null ? [] : [event], adapters);
  if ('ignored' in said) return said;
  if (isElsewhere(call, adapters)) return { ignored: ELSEWHERE };
  if (said.phase === 'end') return { ignored: `${said.event}: the agent left conversation ${said.id}` };
  return { socket, serverPid, paneId, agent, id: said.id, transcript: said.transcript, at };
}

/** Asked when the call is handled and not while it lasts: the agent does not wait for that, and a daemon that serves others lives on. */
function isElsewhere({ agent, callers }: HookCall, adapters: readonly Adapter[]): boolean {
  const adapter = adapters.find(({ name }) => name === agent);
  const table = readProcesses(callers);
  if (!adapter || table === 'unknown') return false;
  return (
    hookCaller(
      callers.flatMap((pid) => table.get(pid) ?? []),
      adapter,
    ) === 'elsewhere'
  );
}
