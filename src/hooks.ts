import { writeSync } from 'node:fs';
import { event } from './commands/event.ts';
import { hook } from './commands/hook.ts';
import { exitCodeOf, messageOf } from './report-error.ts';

/** What tmux hooks (`event`) and agents' hooks (`hook`) call: the path that must be quick. Answers the exit code. */
export function main([command, ...words]: readonly string[]): number {
  try {
    return command === 'hook' ? hook(words, process.env) : event(words, process.env);
  } catch (error) {
    writeSync(2, messageOf(error));
    return exitCodeOf(error);
  }
}
