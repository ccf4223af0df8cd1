import { chmodSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, sh } from './measure.ts';
import { BINARY, ROOT, type Sandbox, sandbox } from './sandbox.ts';
import { registryText, SOCKET_LABEL } from './world.ts';

/** Live agent sessions where one event is measured. */
export const LIVE = 10;

/** A real tmux server whose agent sessions come and go, and the registry about them. */
export interface Stage {
  readonly box: Sandbox;
  readonly names: readonly string[];
  start(names: readonly string[]): void;
  kill(names: readonly string[]): void;
  /** The shell's part of the hook that reports an event of this server, see plugin.tmux. */
  event(hook: string, name: string): string;
  running(): number;
}

/** `agent`: the shell words that the stand-in agent is. */
export function stage(rows: number, sessions: number, close: (() => void)[], agent = 'exec sleep 100000'): Stage {
  const box = sandbox();
  close.push(() => box.close());
  standInAgent(box, agent);
  const names = Array.from({ length: sessions }, (_, index) => `live-${index}-creator-claude`);
  const tmux = (...words: readonly string[]) => box.tmux(SOCKET_LABEL, ...words);
  const many = (commands: readonly (readonly string[])[]) => {
    // tmux takes 16 KiB of command at most.
    for (let from = 0; from < commands.length; from += 40) {
      const some = commands.slice(from, from + 40);
      tmux(...some.flatMap((command, index) => [...(index ? [';'] : []), ...command]));
    }
  };
  tmux('new-session', '-d', '-s', 'keeper', 'sleep 100000');
  const start = (which: readonly string[]) =>
    many(which.map((name) => ['new-session', '-d', '-s', name, '-c', box.home, 'claude']));
  start(names);
  const [pid = '', started = ''] = tmux('display-message', '-p', '#{pid} #{start_time}').trim().split(' ');
  const socket = box.socket(SOCKET_LABEL);
  writeFileSync(box.registry, registryText(rows - sessions, [], { socket, started: Number(started) }));
  sh(BINARY, ['reconcile'], { env: { ...box.env, TMUX_SERVER_NAME: SOCKET_LABEL } });
  return {
    box,
    names,
    start,
    kill: (which) => many(which.map((name) => ['kill-session', '-t', `=${name}`])),
    event: (hook, name) =>
      `{ root='${ROOT}'; set -- ${hook} '--id=$${7 + names.indexOf(name)}' '--name=${name}' '--left=$0' '--socket=${socket}' --pid=${pid} --started=${started} '--bin=${BINARY}' '--path=${box.env.PATH}' --registry= --agents=; . '${ROOT}/scripts/event.sh'; }`,
    running: () => readFileSync(box.registry, 'utf8').split('\n  status: running\n').length - 1,
  };
}

/** A program called `claude` that does nothing: tmux shows it as the session's start command. */
function standInAgent({ home }: Sandbox, words: string): void {
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/claude'), `#!/bin/sh\n${words}\n`);
  chmodSync(join(home, 'bin/claude'), 0o755);
}

/** The whole chain of one event: front, lock, tmux query, binary, durable write. Rounds take turns in ending a session and bringing it back. */
export function wholeChain(rows: number, close: (() => void)[]): Case {
  const { box, names, start, kill, event, running } = stage(rows, LIVE, close);
  const name = names[4] as string;
  let alive = true;
  return {
    name: `whole chain, one event, ${rows} rows`,
    prepare() {
      if (running() !== (alive ? LIVE : LIVE - 1))
        throw new Error(`whole chain, ${rows} rows: an event was not applied`);
      if (alive) kill([name]);
      else start([name]);
      alive = !alive;
    },
    command: () => ({
      argv: ['/bin/sh', '-c', event(alive ? 'session-created' : 'session-closed', name)],
      env: box.env,
    }),
  };
}

/** An event that finds the gate taken, and one of a session that is no agent's. */
export function cheapEvents(close: (() => void)[]): readonly Case[] {
  const { box, names, event } = stage(1000, LIVE, close);
  const spool = takeGate(box);
  return [
    {
      name: 'event that loses the gate',
      prepare: () => rmSync(join(spool, 'events'), { force: true }),
      command: () => ({ argv: ['/bin/sh', '-c', event('session-closed', names[0] as string)], env: box.env }),
    },
    {
      name: 'event of a session that is no agent\u2019s',
      command: () => ({ argv: ['/bin/sh', '-c', event('session-created', 'notes')], env: box.env }),
    },
  ];
}

/** Has the gate for as long as this process lives, as a front does that is at work; answers the folder of the spool. */
export function takeGate(box: Sandbox): string {
  const spool = join(box.state, 'spool', box.socket(SOCKET_LABEL).replaceAll('/', '%'));
  mkdirSync(spool, { recursive: true });
  const gate = openSync(`${spool}.gate`, 'w');
  writeFileSync(gate, `${process.pid}/fd/${gate}\n`);
  return spool;
}

/** `count` events at once, each of a session of its own, until all are applied. */
export function burst(count: number, close: (() => void)[]): Case {
  const { box, names, start, kill, event, running } = stage(1000, count, close);
  let alive = true;
  const script = (hook: string) =>
    `${names.map((name) => `sh -c "${event(hook, name).replaceAll('$', '\\$')}" &`).join('\n')}\nwait`;
  const scripts = { 'session-created': script('session-created'), 'session-closed': script('session-closed') };
  return {
    name: `${count} events at once, all applied, 1000 rows`,
    prepare() {
      if (running() !== (alive ? count : 0))
        throw new Error(`${count} events: ${running()} rows run, not ${alive ? count : 0}`);
      if (alive) kill(names);
      else start(names);
      alive = !alive;
    },
    command: () => ({ argv: ['/bin/sh', '-c', scripts[alive ? 'session-created' : 'session-closed']], env: box.env }),
  };
}

const MANY = 50;

/** tmux creating 50 agent sessions: without the plugin until they are there, with it until all rows are on disk too. */
export function creatingMany(close: (() => void)[]): readonly Case[] {
  return [false, true].map((plugin) => {
    const { box, names, kill, running } = stage(1000, MANY, close);
    if (plugin) box.tmux(SOCKET_LABEL, 'run-shell', join(ROOT, 'plugin.tmux'));
    const file = join(box.home, 'create.conf');
    writeFileSync(file, names.map((name) => `new-session -d -s ${name} -c ${box.home} claude\n`).join(''));
    const create = `tmux -u -L ${SOCKET_LABEL} source-file ${file}`;
    const settled = `until [ "$(grep -c '^  status: running$' ${box.registry})" = ${MANY} ]; do sleep 0.005; done`;
    return {
      name: `tmux creating ${MANY} sessions, ${plugin ? 'with the plugin, until all rows are on disk' : 'without the plugin'}`,
      prepare() {
        kill(names);
        if (plugin) waitFor(() => running() === 0);
      },
      command: () => ({ argv: ['/bin/sh', '-c', plugin ? `${create}; ${settled}` : create], env: box.env }),
    };
  });
}

function waitFor(condition: () => boolean): void {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the plugin did not apply what happened');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  // The run that wrote the last row has more to do than that row.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
