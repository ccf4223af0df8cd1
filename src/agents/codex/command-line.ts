import { type OptionTable, readArguments, words } from '../arguments.ts';
import { isUuid } from '../conversation-id.ts';
import { type Program, programOf } from '../program.ts';

const OPTIONS: OptionTable = {
  valued: words(`
    -c --config -m --model -p --profile -s --sandbox -a --ask-for-approval -C --cd --add-dir --enable
    --disable --local-provider --remote --remote-auth-token-env
  `),
  optional: [],
  variadic: ['-i', '--image'],
};

const NOT_HERE = ['-V', '--version', '-h', '--help'];

/** Subcommands that hold no conversation in this terminal; `resume` and `fork` do, and a bare first word is a prompt. */
const SUBCOMMANDS = words(`
    a agents app app-server apply archive cloud cloud-tasks completion debug delete doctor e exec exec-server
    execpolicy features generate-ts help login logout mcp mcp-server migrate-nfs-db migrate-rollouts plugin proto queue remote-control
    responses-api-proxy review sandbox stdio-to-uds unarchive update
  `);

/** codex's program behind an argv, or null: the native binary, or the npm shim around it (`node …/bin/codex.js`). */
export function codexProgram(argv: readonly string[]): Program | null {
  const program = programOf(argv);
  return program !== null && /^codex(-(x86_64|aarch64)-[\w-]+)?$/.test(program.name) ? program : null;
}

export function isConversation(program: Program): boolean {
  const { options, positionals } = readArguments(program.args, OPTIONS);
  return !options.some(({ name }) => NOT_HERE.includes(name)) && !SUBCOMMANDS.includes(positionals[0] ?? '');
}

/** The thread that `codex resume <uuid>` names; a name, `--last` or `fork` (which opens a new one) names none. */
export function resumed(program: Program): string | null {
  const [verb, id] = readArguments(program.args, OPTIONS).positionals;
  return verb === 'resume' && id !== undefined && isUuid(id) ? id : null;
}

/** It goes on with an older thread without saying which. */
export const continuesAnother = (program: Program): boolean =>
  readArguments(program.args, OPTIONS).positionals[0] === 'resume';

export const lastingOptions = (args: readonly string[]): readonly string[] =>
  readArguments(args, OPTIONS)
    .options.filter(({ name }) => !['--last', '--all', '-i', '--image'].includes(name))
    .flatMap(({ words }) => words);
