import { join } from 'node:path';
import { isUuid } from '../conversation-id.ts';
import { pathOf, quoted, stringOf } from '../json-object.ts';
import type { AgentHook } from '../types.ts';
import { codexFolder, isSubAgents, metaOf } from './rollouts.ts';

const PHASES: Readonly<Record<string, 'start' | 'active'>> = {
  SessionStart: 'start',
  UserPromptSubmit: 'active',
  Stop: 'active',
};

/**
 * codex's hooks have Claude's form; there is none for the end. The user must trust each of them once in codex (`/hooks`) before it runs.
 * A sub-agent fires them too: its rollout's first line gives it away, and that of a thread which the shared daemon runs, in whose
 * environment the pane is another's (see `hookCaller`). Facts: agents.md §3; the daemon was seen with 0.169.
 */
export const codexHook: AgentHook = {
  reply: '',
  read(payload) {
    const event = stringOf(payload, 'hook_event_name') ?? '';
    const phase = Object.hasOwn(PHASES, event) ? PHASES[event] : undefined;
    if (phase === undefined) return { ignored: `unknown event ${quoted(event)}` };
    const id = stringOf(payload, 'session_id') ?? '';
    if (!isUuid(id)) return { ignored: 'session_id is no UUID' };
    const transcript = pathOf(payload, 'transcript_path');
    const meta = transcript === null ? null : metaOf(transcript);
    if (payload.agent_id !== undefined || (meta && isSubAgents(meta))) return { ignored: 'of a sub-agent' };
    if (meta && typeof meta.source === 'string' && meta.source !== 'cli') {
      return { ignored: `run for ${quoted(meta.source)} by a process that is not in the conversation's pane` };
    }
    return {
      agent: 'codex',
      id,
      event,
      phase,
      transcript,
      cwd: pathOf(payload, 'cwd'),
      cause: stringOf(payload, 'source'),
    };
  },
  advice:
    'codex runs a new hook only after you have trusted it: start codex and confirm, or enter /hooks. Its shared daemon hides ' +
    'which pane a conversation is in: set `daemon_auto_start = false` under `[features]` in config.toml',
  settingsFile: (homes) => join(codexFolder(homes), 'hooks.json'),
  entries: (run) =>
    ['SessionStart', 'UserPromptSubmit'].map((event) => ({
      place: 'append',
      path: ['hooks', event],
      value: { hooks: [{ type: 'command', command: run(''), timeout: 5 }] },
    })),
};
