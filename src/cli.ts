import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { drain } from './commands/drain.ts';
import { init } from './commands/init.ts';
import { type ReconcileOptions, reconcile } from './commands/reconcile.ts';
import { addSessionCommands } from './commands/session-commands.ts';
import { subscribe } from './commands/subscribe.ts';
import { addUpkeepCommands } from './commands/upkeep-commands.ts';
import { processIo } from './io.ts';
import { exitCodeOf, messageOf } from './report-error.ts';
import { version } from './version.ts';

/** Runs one command line and answers its exit code. Every error ends here: one message, or the stack where it is a bug of ours. */
export async function main(argv: readonly string[]): Promise<number> {
  const io = processIo();
  let code = 0;
  /** Wires a command function to commander: its options in, its exit code out. */
  const runs =
    <Options>(command: (options: Options, io: ReturnType<typeof processIo>) => number | Promise<number>) =>
    async (options: Options) => {
      code = await command(options, io);
    };
  const program = new Command('tmux-drift')
    .description('Keeps a YAML registry of AI agent sessions true to live tmux.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ sortSubcommands: false });
  const registry = () =>
    new Option('--registry <file>', 'registry file (default: $AGENT_SESSIONS_YAML, @drift-registry, config file)');

  program
    .command('reconcile')
    .description('compare registry, tmux and agents; repair what can be proven; report the rest')
    .addOption(registry())
    .option('--once', 'reconcile once (the default)')
    .option('--emit-diff', 'print what differed (the default)')
    .option('--dry-run', 'compute and print the same, write nothing')
    .option('--check', 'exit 0: no drift, 3: drift, 4: something was unknown')
    .addOption(new Option('--format <format>', 'json or text (default: text on a terminal)').choices(['json', 'text']))
    .option('--json', 'the same as --format json')
    .addOption(
      new Option('--subscribe', 'then stay and take job events, like `subscribe`').conflicts(['dryRun', 'check']),
    )
    .action(
      runs(async (options: ReconcileOptions & { readonly subscribe?: boolean }, io) => {
        const code = reconcile(options, io);
        return options.subscribe && code === 0 ? subscribe(options, io) : code;
      }),
    );
  program
    .command('subscribe')
    .description('stay connected to the MQTT broker and apply job events as they come')
    .addOption(registry())
    .action(runs(subscribe));
  program
    .command('drain')
    .description('take the job events that the MQTT broker has queued, send what waits, and exit')
    .addOption(registry())
    .option('--json', 'print what was done as JSON')
    .option('--quiet', 'say nothing; do nothing where no broker is configured')
    .addOption(
      new Option('--max-seconds <n>', 'stop after so long; the rest stays queued (default: 30)').argParser(seconds),
    )
    .action(runs(drain));
  const ends = (result: number) => {
    code = result;
  };
  addSessionCommands(program, { io, registry, ends });
  addUpkeepCommands(program, { io, registry, ends });
  program
    .command('init')
    .description('create the registry and the state folder')
    .addOption(registry())
    .action(runs(init));

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(messageOf(error));
    return exitCodeOf(error);
  }
}

/** commander puts its suggestion on a second line; one line that names the word and the nearest valid one is easier to find in a log. */
const oneLine = (text: string): string => `${text.trim().replaceAll('\n', ' ')}\n`;

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError('expected seconds, 1 to 3600.');
}
