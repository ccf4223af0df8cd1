import { spawnProcess } from '../process/spawn.ts';
import { isLeaving } from './is-leaving.ts';
import { parseAnswer } from './parse-answer.ts';
import { QUERY } from './query.ts';
import type { ServerAddress, ServerObservation } from './types.ts';

/** A hung server must not keep the registry's lock from others for longer than this. */
const ANSWER_CAP_MS = 2000;

/** How often, and after how many milliseconds, a server is asked again that is about to leave. */
const LEAVING_TRIES = 20;
const LEAVING_WAIT_MS = 25;

/** Asks every server; see `ask`. One that is about to leave is asked until it is gone, for half a second at most. */
export function observe(addresses: readonly ServerAddress[], env: NodeJS.ProcessEnv): readonly ServerObservation[] {
  let observed = ask(addresses, env);
  for (let tries = 0; tries < LEAVING_TRIES && observed.some(isLeaving); tries++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LEAVING_WAIT_MS);
    observed = observed.map((server) => (isLeaving(server) ? (ask([server.address], env)[0] ?? server) : server));
  }
  return observed;
}

/** A relative path means another socket in every folder: nothing that it answers is about the row's server. */
const isElsewhere = ({ flags: [flag, value] }: ServerAddress): boolean => flag === '-S' && !value.startsWith('/');

/** Asks every server once. tmux is the first on the PATH of `env`. */
function ask(addresses: readonly ServerAddress[], env: NodeJS.ProcessEnv): readonly ServerObservation[] {
  const turns = Array.from({ length: Math.ceil(addresses.length / AT_ONCE) }, (_, turn) =>
    addresses.slice(turn * AT_ONCE, (turn + 1) * AT_ONCE),
  );
  return turns.flatMap((some) => askSideBySide(some, env));
}

/** Descriptors 3 to 9: dash redirects to no others, and Node's pipes are sockets, which /dev/fd does not open anew. */
const AT_ONCE = 7;

/**
 * Waits for 2 seconds at most. One shell starts the clients: Node can wait for one process without its event loop, not for several.
 */
function askSideBySide(addresses: readonly ServerAddress[], env: NodeJS.ProcessEnv): readonly ServerObservation[] {
  const { pipes, error } = spawnProcess(
    '/bin/sh',
    ['-c', askScript(addresses.length), 'sh', ...addresses.flatMap(({ flags }) => flags)],
    {
      env,
      timeoutMs: ANSWER_CAP_MS,
      pipes: addresses.length,
    },
  );
  return addresses.map((address, index) => {
    if (isElsewhere(address)) return { state: 'unknown', address, reason: 'the path of its socket is relative' };
    const answer = pipes[index]?.toString('utf8') ?? '';
    if (answer === '' && error && error !== 'ETIMEDOUT')
      return { state: 'unknown', address, reason: `cannot start a shell: ${error}` };
    return parseAnswer(address, answer);
  });
}

/**
 * Addresses are the script's arguments, never part of its text. Each client writes to a descriptor of its own and is
 * followed by its exit status; when the time is up the shell is told by SIGTERM and takes hung clients with it.
 */
function askScript(servers: number): string {
  const query = QUERY.map((word) => `'${word}'`).join(' ');
  const ask = (index: number): string => {
    const flags = `"\${${2 * index + 1}}" "\${${2 * index + 2}}"`;
    const client = `tmux -u ${flags} ${query} & t=$!; trap "kill -9 $t" TERM; wait $t; echo "E $?"`;
    return `{ ${client}; } >&${index + 3} 2>&1 </dev/null & p="$p $!"`;
  };
  const asks = Array.from({ length: servers }, (_, index) => ask(index)).join('\n');
  // Nobody reads any more by then: a word about a client that is done already would end the shell before it comes to the hung one.
  return `p=\n${asks}\ntrap 'kill $p 2>/dev/null' TERM\nwait\nwait`;
}
