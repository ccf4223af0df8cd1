import { join } from 'node:path';
import { isUuid } from '../conversation-id.ts';
import { pathOf, quoted, stringOf } from '../json-object.ts';
import type { AgentHook } from '../types.ts';
import { configFolders } from './transcripts.ts';

const PHASES: Readonly<Record<string, 'start' | 'active' | 'end'>> = {
  SessionStart: 'start',
  UserPromptSubmit: 'active',
  SessionEnd: 'end',
};

/**
 * Claude's hooks: `SessionStart` names the conversation, `UserPromptSubmit` repeats it (it heals a lost or wrong first report),
 * `SessionEnd` takes it back. Text on stdout would reach the model: we print none. Facts: agents.md §1.6.
 */
export const claudeHook: AgentHook = {
  reply: '',
  read(payload) {
    const event = stringOf(payload, 'hook_event_name') ?? '';
    const phase = Object.hasOwn(PHASES, event) ? PHASES[event] : undefined;
    if (phase === undefined) return { ignored: `unknown event ${quoted(event)}` };
    if (payload.agent_id !== undefined) return { ignored: 'of a sub-agent (agent_id)' };
    const id = stringOf(payload, 'session_id') ?? '';
    if (!isUuid(id)) return { ignored: 'session_id is no UUID' };
    const cause = stringOf(payload, phase === 'end' ? 'reason' : 'source');
    return {
      agent: 'claude',
      id,
      event,
      phase,
      transcript: pathOf(payload, 'transcript_path'),
      cwd: pathOf(payload, 'cwd'),
      cause,
    };
  },
  advice: null,
  settingsFile: (homes) => join(configFolders(homes)[0] ?? homes.home, 'settings.json'),
  // No matcher: new sources (`fork` since 2.1.214) come too. `async`: the agent does not wait for us, except at its end, when an async
  // hook is started and gets no payload any more (seen with 2.1.197).
  entries: (run) =>
    Object.entries(PHASES).map(([event, phase]) => ({
      place: 'append',
      path: ['hooks', event],
      value: {
        hooks: [{ type: 'command', command: run(''), timeout: 5, ...(phase === 'end' ? {} : { async: true }) }],
      },
    })),
};
