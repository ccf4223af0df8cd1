import { join } from 'node:path';
import { isUuid } from '../conversation-id.ts';
import { pathOf, quoted, stringOf } from '../json-object.ts';
import type { AgentHook } from '../types.ts';

const PHASES: Readonly<Record<string, 'start' | 'active'>> = {
  SessionStart: 'start',
  PreInvocation: 'active',
  PostInvocation: 'active',
  Stop: 'active',
};
const TIMEOUT_S = 10;

/**
 * agy's hooks: the payload (camelCase) has no event name, so it comes as an argument. `PreInvocation` names the conversation before every
 * turn; no hook tells of an end. It waits for us, blocks on anything but JSON, and drops a whole file with one malformed entry:
 * only documented events go in. Facts: agents.md §2.
 */
export const agyHook: AgentHook = {
  reply: '{}',
  read(payload, args) {
    const event = args[0] ?? '';
    const phase = Object.hasOwn(PHASES, event) ? PHASES[event] : undefined;
    if (phase === undefined) return { ignored: `unknown event ${quoted(event)}` };
    if (isSubAgents(payload)) return { ignored: 'of a sub-agent (parent conversation)' };
    const id = stringOf(payload, 'conversationId') ?? '';
    if (!isUuid(id)) return { ignored: 'conversationId is no UUID' };
    const workspaces = payload.workspacePaths;
    const first: unknown = Array.isArray(workspaces) ? workspaces[0] : null;
    return {
      agent: 'agy',
      id,
      event,
      phase,
      transcript: pathOf(payload, 'transcriptPath'),
      cwd: typeof first === 'string' ? first : null,
      cause: null,
    };
  },
  advice: null,
  settingsFile: (homes) => join(homes.home, '.gemini', 'config', 'hooks.json'),
  entries(run) {
    const calls = (event: string) => [{ type: 'command', command: run(event), timeout: TIMEOUT_S }];
    const value = { enabled: true, PreInvocation: calls('PreInvocation'), Stop: calls('Stop') };
    return [{ place: 'member', path: ['tmux-drift'], value }];
  },
};

const isSubAgents = (payload: { readonly [key: string]: unknown }): boolean =>
  ['parentConversationId', 'parent_conversation_id'].some((key) => Boolean(payload[key])) ||
  Number(payload.nestingDepth ?? 0) > 0;
