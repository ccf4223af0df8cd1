import { type Command, Option } from 'commander';
import { checkAgents, installAgent, listAgents, uninstallAgent } from './agents.ts';
import { doctor } from './doctor.ts';
import { log } from './log.ts';
import type { Wiring } from './session-commands.ts';

/** The commands about the installation itself: agents' hooks, doctor, journal. */
export function addUpkeepCommands(program: Command, { io, registry, ends }: Wiring): void {
  const json = () => new Option('--json', 'print JSON');
  const agents = program.command('agents').description('the agents that are known, and their hooks');
  agents
    .command('list')
    .description('all agents, and whether their hook is installed')
    .addOption(json())
    .action((options) => ends(listAgents(options, io)));
  agents
    .command('install')
    .description("put our hook into an agent's own settings: it then says which conversation it is in")
    .argument('<name>')
    .addOption(json())
    .action((name: string, options) => ends(installAgent(options, io, name)));
  agents
    .command('uninstall')
    .description('take it out again')
    .argument('<name>')
    .addOption(json())
    .action((name: string, options) => ends(uninstallAgent(options, io, name)));
  agents
    .command('check')
    .description('exit 1 when an agent that is here lacks its hook')
    .addOption(json())
    .action((options) => ends(checkAgents(options, io)));

  program
    .command('doctor')
    .description('check the installation and say how to mend it; exit 1 when something does not work')
    .addOption(registry())
    .addOption(json())
    .action(async (options) => ends(await doctor(options, io)));
  program
    .command('log')
    .description('what drifted and what was changed: values before and after, when, and by whom')
    .addOption(json())
    .option('--since <time>', 'not what is older: 30m, 2h, 3d, or a date')
    .option('--session <name>', 'only what is about this session')
    .action((options) => ends(log(options, io)));
}
