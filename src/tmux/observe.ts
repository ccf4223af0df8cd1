import { closeSync } from 'node:fs';
import { spawnProcess } from '../process/spawn.ts';
import { isLeaving } from './is-leaving.ts';
import { parseAnswer } from './parse-answer.ts';
import { QUERY } from './query.ts';
import type { ServerAddress, ServerObservation } from './types.ts';
import { contentOf, unnamedFiles } from './unnamed-file.ts';

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

/**
 * Asks every server once, side by side, and waits for 2 seconds at most. tmux is the first on the PATH of `env`.
 * One shell starts the clients: Node can wait for one process without its event loop, not for several.
 */
function ask(addresses: readonly ServerAddress[], env: NodeJS.ProcessEnv): readonly ServerObservation[] {
  if (addresses.length === 0) return [];
  const pipes = Math.min(addresses.length, PIPES);
  const files = unnamedFiles(addresses.length - pipes, env.TMPDIR || '/tmp');
  try {
    const asked = pipes + files.length;
    const ran = spawnProcess(
      '/bin/sh',
      ['-c', askScript(asked), 'sh', ...addresses.slice(0, asked).flatMap(({ flags }) => flags)],
      { env, timeoutMs: ANSWER_CAP_MS, pipes, inherit: files },
    );
    const answers = [...ran.pipes, ...files.map(contentOf)];
    return addresses.map((address, index) => {
      const unknown = (reason: string): ServerObservation => ({ state: 'unknown', address, reason });
      if (isElsewhere(address)) return unknown('the path of its socket is relative');
      const answer = answers[index]?.toString('utf8');
      if (answer === undefined) return unknown('too many servers, and no file for its answer in TMPDIR');
      if (answer === '' && ran.error && ran.error !== 'ETIMEDOUT') return unknown(`cannot start a shell: ${ran.error}`);
      return parseAnswer(address, answer);
    });
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Descriptors 3 to 9. Answers that go elsewhere go to a file: dash redirects to what /dev/fd opens anew, which no socket is, and Node's pipes are. */
const PIPES = 7;

/**
 * Addresses are the script's arguments, never part of its text. Each client writes to a descriptor of its own and is
 * followed by its exit status; when the time is up the shell is told by SIGTERM and takes hung clients with it.
 */
function askScript(servers: number): string {
  const query = QUERY.map((word) => `'${word}'`).join(' ');
  const ask = (index: number): string => {
    const flags = `"\${${2 * index + 1}}" "\${${2 * index + 2}}"`;
    const client = `tmux -u ${flags} ${query} & t=$!; trap "kill -9 $t" TERM; wait $t; echo "E $?"`;
    return `{ ${client}; } >${index < PIPES ? `&${index + 3}` : `/dev/fd/${index + 3}`} 2>&1 </dev/null & p="$p $!"`;
  };
  const asks = Array.from({ length: servers }, (_, index) => ask(index)).join('\n');
  // Nobody reads any more by then: a word about a client that is done already would end the shell before it comes to the hung one.
  return `p=\n${asks}\ntrap 'kill $p 2>/dev/null' TERM\nwait\nwait`;
}
