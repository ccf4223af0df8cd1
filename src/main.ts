import { part } from './parts.ts';

const argv = process.argv.slice(2);
const calledByHook = argv[0] === 'event' || argv[0] === 'hook';

if (calledByHook) {
  // All that a hook's run prints is written by now, so the exit that runs nothing else will do; it saves as much as a durable write costs.
  (process as unknown as { reallyExit(code: number): never }).reallyExit(part('hooks').main(argv));
} else {
  // What a command prints is written by now too.
  part('cli')
    .main(argv)
    .then((code) => process.exit(code));
}
