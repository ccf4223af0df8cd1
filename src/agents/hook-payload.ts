import { adapters as builtIn } from './index.ts';
import { parseObject, quoted } from './json-object.ts';
import type { Adapter, HookEvent, Ignored } from './types.ts';

/** A hook's payload holds the user's prompt, perhaps a pasted file; more than this is no hook call. */
export const PAYLOAD_CAP = 1_048_576;

/**
 * What an agent's hook call says; `args` are the words after `hook <agent>` (agy: its event). Never throws for what came in:
 * an unknown agent, a sub-agent, an unknown shape is `ignored`, with the reason for the journal.
 */
export function parseHookPayload(
  agent: string,
  bytes: Uint8Array | string,
  args: readonly string[],
  adapters: readonly Adapter[] = builtIn,
): HookEvent | Ignored {
  const hook = adapters.find(({ name }) => name === agent)?.hook;
  if (!hook) return { ignored: `no hook is known of agent ${quoted(agent)}` };
  if (bytes.length > PAYLOAD_CAP) return { ignored: `payload over ${PAYLOAD_CAP} bytes` };
  const payload = parseObject(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8'));
  return payload === null ? { ignored: 'payload is no JSON object' } : hook.read(payload, args);
}

/** What the agent demands on stdout, whatever came of its call; nothing for an agent that we do not know. */
export const hookReply = (agent: string, adapters: readonly Adapter[] = builtIn): string =>
  adapters.find(({ name }) => name === agent)?.hook?.reply ?? '';
