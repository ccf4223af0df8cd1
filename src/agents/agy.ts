import { statSync } from 'node:fs';
import { agyProgram, askedFor, continuesAnother, isConversation, lastingOptions } from './agy/command-line.ts';
import { findConversation, transcriptOf } from './agy/files.ts';
import { guessConversations } from './agy/guess.ts';
import { agyHook } from './agy/hook.ts';
import { hasPresence, presentIn } from './agy/presence.ts';
import { homesOf } from './homes.ts';
import { commandOfRow } from './start-command.ts';
import type { Adapter, AgentHomes, AgentProcess, Evidence } from './types.ts';

/** Google's Antigravity CLI. Facts: agents.md §2. It takes no id of ours at birth; an unknown one on resume opens a new conversation. */
export const agy: Adapter = {
  name: 'agy',
  ownIdKey: 'agy_conversation_id_own',
  startCommand: 'agy --dangerously-skip-permissions',
  choosesId: false,
  takesPrompt: false,
  newRowFields: () => ({ child_pid: 0, agy_conversation_id_own: null, mcp_attachments: [] }),
  isProgram: ({ argv }) => agyProgram(argv) !== null,
  recognises: ({ argv }) => startsAgy(argv),
  startedBy: startsAgy,
  evidence: (process, homes) => evidence(process, homesOf(process, homes)),
  candidates(process, homes) {
    const program = agyProgram(process.argv);
    return program === null ? [] : guessConversations(process, continuesAnother(program), homesOf(process, homes));
  },
  artifact: (id, _cwd, homes) => findConversation(id, homes),
  start: () => ['agy', '--dangerously-skip-permissions'],
  resume(id, row) {
    const [program = 'agy', ...args] = commandOfRow(row, startsAgy) ?? agy.start(null);
    return [program, ...lastingOptions(args), '--conversation', id];
  },
  hook: agyHook,
};

function startsAgy(argv: readonly string[]): boolean {
  const program = agyProgram(argv);
  return program !== null && isConversation(program);
}

function evidence(process: AgentProcess, homes: AgentHomes): readonly Evidence[] {
  const held = presentIn(process.pid, homes);
  if (held !== null && held.length > 0) {
    const observedAt = Date.now();
    return held.map((id) => ({ id, source: 'process', observedAt, transcript: transcriptOf(id, homes), held: true }));
  }
  const program = agyProgram(process.argv);
  const asked = program && askedFor(program);
  if (!asked || !existedBefore(process, asked, homes)) return [];
  // It left that conversation, or is not in it yet: its lock is there and this process does not hold it.
  if (held !== null && hasPresence(asked, homes)) return [];
  return [
    {
      id: asked,
      source: 'argv',
      observedAt: Math.floor(process.startedAt * 1000),
      transcript: transcriptOf(asked, homes),
    },
  ];
}

/** Only then did agy resume it; asked for one that it does not know, it silently opens another. */
function existedBefore(process: AgentProcess, id: string, homes: AgentHomes): boolean {
  const artifact = findConversation(id, homes);
  return artifact.state === 'present' && statSync(artifact.path).birthtimeMs <= process.startedAt * 1000;
}
