import { part } from './parts.ts';

const argv = process.argv.slice(2);
const calledByHook = argv[0] === 'event' || argv[0] === 'hook';

part(calledByHook ? 'hooks' : 'cli')
  .main(argv)
  .then((code) => {
    process.exitCode = code;
  });
