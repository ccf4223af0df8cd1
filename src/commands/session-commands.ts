import { Argument, type Command, Option } from 'commander';
import { SHELLS, type Shell } from '../completion/scripts.ts';
import type { Io } from '../io.ts';
import { complete, completion } from './completion.ts';
import { create } from './create.ts';
import { deleteCommand } from './delete.ts';
import { endCommand, listCommand, showCommand } from './jobs.ts';
import { MENU_ACTIONS, menu } from './menu.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';

/** How a command function is wired: its exit code is kept. */
export interface Wiring {
  readonly io: Io;
  readonly registry: () => Option;
  readonly ends: (code: number) => void;
}

/** The commands about sessions and jobs. */
export function addSessionCommands(program: Command, { io, registry, ends }: Wiring): void {
  const server = (text: string) => new Option('--server <name>', text);
  const json = () => new Option('--json', 'print JSON');
  program
    .command('status')
    .description('one table of all sessions, what needs attention first')
    .addOption(registry())
    .addOption(json())
    .option('--all', 'also archived and deleted ones, and those that ended more than a day ago')
    .action((options) => ends(status(options, io)));
  program
    .command('create')
    .description('start an agent session and register it in one step')
    .usage('--agent NAME [options] [-- <agent options…>]')
    .argument('[agentOptions...]', "behind --: options for the agent itself, kept when it's resumed")
    .addOption(registry())
    .requiredOption('--agent <name>', 'claude, agy, codex, or one of the config file')
    .option('--name <name>', 'session name (default: <folder>-creator-<agent>)')
    .option('--cwd <folder>', 'folder to start in (default: this one)')
    .addOption(server('tmux server: a -L name or a socket path (default: $TMUX_SERVER_NAME, this one, default)'))
    .option('--submit-job <prompt>', 'give the agent this prompt and keep it as a job; - reads it from stdin')
    .option('--dry-run', 'say what would be started, start nothing')
    .addOption(json())
    .action(async (words: readonly string[], options) => ends(await create(options, io, words)));
  program
    .command('delete')
    .description('end a session on purpose; nothing brings it back by itself')
    .argument('<name>')
    .addOption(registry())
    .option('--archive', 'keep its row as archived')
    .addOption(server('where several servers have a session of that name'))
    .option('--dry-run', 'say what would be ended, end nothing')
    .addOption(json())
    .action((name: string, options) => ends(deleteCommand(options, io, name)));
  program
    .command('resume')
    .description('bring terminated sessions back with their conversation')
    .argument('[names...]')
    .addOption(registry())
    .option('--lost', 'all that ended with their server, or without anybody seeing it (crash, reboot, kill-server)')
    .option('--all', 'all terminated ones but those that were closed or deleted, or whose job is completed')
    .addOption(server('where several servers have a session of that name'))
    .option('--dry-run', 'say what would be resumed and what refused, resume nothing')
    .addOption(json())
    .action(async (names: readonly string[], options) => ends(await resume(options, io, names)));

  program
    .command('completion')
    .description('print what makes a shell complete these commands')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => ends(completion(shell, io)));
  program
    .command('menu', { hidden: true })
    .requiredOption('--socket <path>')
    .requiredOption('--client <name>')
    .addOption(registry())
    .addOption(new Option('--page <n>').argParser(Number))
    .addOption(new Option('--row <index>').argParser(Number))
    .option('--mark <mark>')
    .addOption(new Option('--do <what>').choices(MENU_ACTIONS))
    .action(async (options) => ends(await menu(options, io)));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) => ends(complete(program, words, io)));

  const jobs = program.command('jobs').description('the job files');
  jobs
    .command('list')
    .description('all jobs')
    .addOption(registry())
    .addOption(json())
    .action((options) => ends(listCommand(options, io)));
  jobs
    .command('show')
    .description('one job')
    .argument('<id>')
    .addOption(registry())
    .addOption(json())
    .action((id: string, options) => ends(showCommand(options, io, id)));
  for (const [name, event, what] of [
    ['complete', 'completed', 'is done'],
    ['fail', 'error', 'has failed'],
  ] as const) {
    jobs
      .command(name)
      .description(`say that a job ${what}; ends its session`)
      .argument('<id>')
      .addOption(registry())
      .option('--message <text>', 'kept in the job file')
      .addOption(json())
      .action((id: string, options) => ends(endCommand(event)(options, io, id)));
  }
}
