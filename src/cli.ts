import { Command, CommanderError, Option } from 'commander';
import { init } from './commands/init.ts';
import { reconcile } from './commands/reconcile.ts';
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
  const registry = () => new Option('--registry <file>', 'registry file (default: $AGENT_SESSIONS_YAML, @drift-registry, config file)');

  program
    .command('reconcile')
    .description('compare registry, tmux and agents; repair what can be proven; report the rest')
    .addOption(registry())
    .option('--once', 'reconcile once (the default)')
    .option('--emit-diff', 'print what differed (the default)')
    .option('--dry-run', 'compute and print the same, write nothing')
    .option('--check', 'exit 0: no drift, 3: drift, 4: something was unknown')
    .addOption(new Option('--format <format>', 'json or text (default: text on a terminal)').choices(['json', 'text']))
    .action(runs(reconcile));
  program.command('init').description('create the registry and the state folder').addOption(registry()).action(runs(init));

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(messageOf(error));
    return exitCodeOf(error);
  }
}

/** commander puts its suggestion on a second line; the contract wants one that names the word and the nearest valid one. */
const oneLine = (text: string): string => `${text.trim().replaceAll('\n', ' ')}\n`;
