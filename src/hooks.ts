import { event } from './commands/event.ts';
import { hook } from './commands/hook.ts';

/** What tmux hooks (`event`) and agents' hooks (`hook`) call: the path that must be quick. Answers the exit code. */
export async function main([command, ...words]: readonly string[]): Promise<number> {
  return command === 'hook' ? hook(words, process.env) : event(words, process.env);
}
