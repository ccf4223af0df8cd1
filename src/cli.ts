import { writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { version } from './version.ts';

/** Runs one command line and answers its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('tmux-drift')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => writeSync(1, text), writeErr: (text) => writeSync(2, text) });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode && 2;
    throw error;
  }
}
