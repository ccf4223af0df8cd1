import { runEvent } from './commands/event.ts';
import { part } from './parts.ts';

const [, , command] = process.argv;

if (command === 'event' || command === 'hook') process.exitCode = runEvent(process.argv.slice(2));
else
  part('cli')
    .main(process.argv.slice(2))
    .then((code) => {
      process.exitCode = code;
    });
