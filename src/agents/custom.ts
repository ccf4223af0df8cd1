/** An agent that a user describes in the config file: command templates with `{id}`, and the path of a conversation's artifact. */

import { commandLine } from '../render/shell-quote.ts';
import { templateWords, withId, withoutId } from './command-template.ts';
import { isConversationId } from './conversation-id.ts';
import { findByTemplate } from './path-template.ts';
import { programOf } from './program.ts';
import type { Adapter, AgentProcess, Evidence } from './types.ts';

export interface AgentDefinition {
  readonly name: string;
  /** Session names that belong to it; the pipeline matches them (`agentForName`). */
  readonly names?: readonly string[] | undefined;
  /** `goose session -n {id}`: the id is ours to choose; without `{id}` it is not. Default: the name itself. */
  readonly start?: string | undefined;
  /** `goose session -r --session-id {id}`. Default: like `start`. */
  readonly resume?: string | undefined;
  /** `~/.local/share/x/*\/{id}.json`: `*` stands for what is in one path segment. */
  readonly artifact?: string | undefined;
}

/** The adapter of a definition. It knows a conversation only from argv: there is nothing else that one could rely on unseen. */
export function customAdapter(definition: AgentDefinition): Adapter {
  const { name, artifact } = definition;
  const start = templateWords(definition.start ?? name);
  const resume = templateWords(definition.resume ?? definition.start ?? name);
  const program = programOf(start)?.name ?? name;
  const startedBy = (argv: readonly string[]) => {
    const run = programOf(argv);
    return run?.name === program && [start, resume].some((template) => leadsWith(run.args, leadingWords(template)));
  };
  return {
    name,
    ownIdKey: null,
    startCommand: commandLine(withoutId(start)),
    choosesId: start.some((word) => word.includes('{id}')),
    takesPrompt: false,
    newRowFields: () => ({ child_pid: 0 }),
    isProgram: ({ argv }) => programOf(argv)?.name === program,
    recognises: ({ argv }) => startedBy(argv),
    startedBy,
    evidence: (process) => argvEvidence(process, [resume, start]),
    candidates: () => [],
    artifact: (id, _cwd, homes) =>
      artifact
        ? findByTemplate(artifact, id, homes)
        : { state: 'unknown', reason: `no artifact is configured for ${name}` },
    start: (id) => (id === null ? withoutId(start) : withId(start, id)),
    resume: (id) => withId(resume, id),
    hook: null,
  };
}

/** What follows the program up to the first option or placeholder: `session`, `threads continue`. */
function leadingWords(template: readonly string[]): readonly string[] {
  const args = programOf(template)?.args ?? [];
  const end = args.findIndex((word) => word.startsWith('-') || word.includes('{'));
  return end === -1 ? args : args.slice(0, end);
}

const leadsWith = (args: readonly string[], words: readonly string[]): boolean =>
  words.every((word, at) => args[at] === word);

function argvEvidence(
  { argv, startedAt }: AgentProcess,
  templates: readonly (readonly string[])[],
): readonly Evidence[] {
  const id = templates
    .map((template) => idIn(argv, template))
    .find((found) => found !== null && isConversationId(found));
  return id ? [{ id, source: 'argv', observedAt: Math.floor(startedAt * 1000), transcript: null }] : [];
}

/** The word of argv where the template has `{id}`, told by what stands right before it: an option, a verb, or `--id=`. */
function idIn(argv: readonly string[], template: readonly string[]): string | null {
  const at = template.findIndex((word) => word.includes('{id}'));
  const [prefix = '', suffix = ''] = template[at]?.split('{id}') ?? [];
  if (at < 1) return null;
  const before = template[at - 1];
  const word = argv.find(
    (candidate, index) =>
      candidate.startsWith(prefix) && candidate.endsWith(suffix) && (prefix !== '' || argv[index - 1] === before),
  );
  return word?.slice(prefix.length, word.length - suffix.length) ?? null;
}
