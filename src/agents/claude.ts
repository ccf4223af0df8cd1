import { claudeProgram, continuesAnother, isConversation, lastingOptions, startedIn } from './claude/command-line.ts';
import { guessTranscripts } from './claude/guess.ts';
import { claudeHook } from './claude/hook.ts';
import { liveRecord } from './claude/live-record.ts';
import { configFolders, findTranscript, nearTranscript } from './claude/transcripts.ts';
import { homesOf } from './homes.ts';
import type { Program } from './program.ts';
import { commandOfRow } from './start-command.ts';
import type { Adapter, AgentHomes, AgentProcess, Evidence, Process } from './types.ts';

/** Claude Code. Facts: agents.md §1, §14. */
export const claude: Adapter = {
  name: 'claude',
  ownIdKey: 'claude_session_id_own',
  startCommand: 'claude',
  choosesId: true,
  takesPrompt: true,
  newRowFields: () => ({
    tui: {
      model: '(unknown — capture after first message)',
      provider: 'anthropic',
      plan: '(unknown)',
      account: '(unknown)',
      version: '(unknown)',
    },
    claude_session_id_own: null,
  }),
  isProgram: (process) => programIn(process) !== null,
  recognises: (process) => holdsConversation(programIn(process)),
  startedBy: (argv) => holdsConversation(claudeProgram({ argv, exe: () => null })),
  // A record in the usual place is proof enough; only without one is the process's environment worth a look.
  evidence(process, homes) {
    const usual = liveRecord(process, homes);
    if (usual !== null) return [usual];
    const own = homesOf(process, homes);
    const record = hasSameFolders(own, homes) ? null : liveRecord(process, own);
    return record === null ? fromArguments(process, own) : [record];
  },
  candidates(process, homes) {
    const program = programIn(process);
    return program === null ? [] : guessTranscripts(process, continuesAnother(program), homesOf(process, homes));
  },
  artifact: findTranscript,
  start: (id) => (id === null ? ['claude'] : ['claude', '--session-id', id]),
  resume(id, row) {
    const [program = 'claude', ...args] = commandOfRow(row, claude.startedBy) ?? [];
    return [program, ...lastingOptions(args), '--resume', id];
  },
  hook: claudeHook,
};

const programIn = (process: Process): Program | null => claudeProgram({ argv: process.argv, exe: () => process.exe });

const holdsConversation = (program: Program | null): boolean => program !== null && isConversation(program);

const hasSameFolders = (one: AgentHomes, other: AgentHomes): boolean =>
  configFolders(one).join() === configFolders(other).join();

/** argv speaks for the first conversation only: it is silent as soon as the live record says which one is open now. */
function fromArguments(process: AgentProcess, homes: AgentHomes): readonly Evidence[] {
  const program = programIn(process);
  const id = program && startedIn(program);
  if (!id) return [];
  return [
    {
      id,
      source: 'argv',
      observedAt: Math.floor(process.startedAt * 1000),
      transcript: nearTranscript(id, process.cwd, homes),
    },
  ];
}
