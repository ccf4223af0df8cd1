import { codexProgram, isConversation, lastingOptions, resumed } from './codex/command-line.ts';
import { guessThreads } from './codex/guess.ts';
import { codexHook } from './codex/hook.ts';
import { liveThreads } from './codex/live-threads.ts';
import { findRollout, isSubAgents, metaOf } from './codex/rollouts.ts';
import { homesOf } from './homes.ts';
import { commandOfRow } from './start-command.ts';
import type { Adapter, AgentHomes, AgentProcess, Evidence } from './types.ts';

/** OpenAI Codex CLI. Facts: agents.md §3. It takes no id of ours at birth. */
export const codex: Adapter = {
  name: 'codex',
  ownIdKey: null,
  startCommand: 'codex',
  choosesId: false,
  takesPrompt: true,
  newRowFields: () => ({ child_pid: 0 }),
  isProgram: ({ argv }) => codexProgram(argv) !== null,
  recognises: ({ argv }) => startsCodex(argv),
  startedBy: startsCodex,
  evidence: (process, homes) => evidence(process, homesOf(process, homes)),
  candidates(process, homes) {
    return guessThreads(process, homesOf(process, homes));
  },
  artifact: (id, _cwd, homes) => findRollout(id, homes),
  start: () => ['codex'],
  resume(id, row) {
    const [program = 'codex', ...args] = commandOfRow(row, startsCodex) ?? [];
    return [program, 'resume', ...lastingOptions(args), id];
  },
  hook: codexHook,
};

function startsCodex(argv: readonly string[]): boolean {
  const program = codexProgram(argv);
  return program !== null && isConversation(program);
}

function evidence(process: AgentProcess, homes: AgentHomes): readonly Evidence[] {
  const held = liveThreads(process.pid, homes);
  if (held !== null) {
    const observedAt = Date.now();
    return held.map((id) => ({ id, source: 'process', observedAt, transcript: rolloutPath(id, homes), held: true }));
  }
  const program = codexProgram(process.argv);
  const id = program && resumed(program);
  const transcript = id && rolloutPath(id, homes);
  // Not on disk: the resume failed; a sub-agent's: codex takes no turns in it.
  if (!id || !transcript || isSubAgents(metaOf(transcript) ?? {})) return [];
  return [{ id, source: 'argv', observedAt: Math.floor(process.startedAt * 1000), transcript }];
}

function rolloutPath(id: string, homes: AgentHomes): string | null {
  const artifact = findRollout(id, homes);
  return artifact.state === 'present' ? artifact.path : null;
}
