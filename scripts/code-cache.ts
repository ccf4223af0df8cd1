/**
 * Makes V8's code caches of the parts, once for each set of flags that the binary may have when it loads them.
 * The parts do some typical work first: only functions that have run are in a cache.
 */
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Script } from 'node:vm';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Parts } from '../src/parts.ts';
import { quickStart } from '../src/quick-start.ts';
import { partNames } from './bundle.ts';
import { playServer, SOCKET, sampleEvents, sandbox, spoolEvent } from './sandbox.ts';

/**
 * V8 takes back a cache only under the flags that it was made with. Two it overlooks, and they make a second build give the same
 * bytes: a seed for what is random, strings' hashes among it, and no other threads, which else win or lose races when the machine is busy.
 */
const reproducible = ['--random-seed=1', '--predictable'];
const flagSets = { plain: reproducible, quick: [...reproducible, ...Object.keys(quickStart)] };

/** Puts `<part>.<flags>.cache` beside each `<part>.js` in a folder. */
export function makeCodeCaches(folder: string): void {
  for (const [name, flags] of Object.entries(flagSets)) {
    const env = sandbox(folder);
    const registry = env.AGENT_SESSIONS_YAML ?? '';
    // A process for each part, so that only its own work decides what is in its cache.
    for (const part of partNames) {
      // The event finds the lock taken, as it does behind scripts/event.sh; a command takes it itself.
      const shell = ['-c', part === 'hooks' ? 'exec 9>>"$0.lock"; flock 9; exec "$@"' : 'exec "$@"', registry];
      execFileSync('sh', [...shell, process.execPath, ...flags, import.meta.filename, folder, name, part], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
  }
}

async function main(folder: string, flags: string, wanted: keyof Parts): Promise<void> {
  const scripts = new Map<keyof Parts, Script>();
  const loaded = new Map<keyof Parts, unknown>();
  const require = createRequire(import.meta.url);

  function part<K extends keyof Parts>(name: K): Parts[K] {
    if (!loaded.has(name)) {
      const script = new Script(readFileSync(join(folder, `${name}.js`), 'latin1'));
      const module = { exports: {} };
      script.runInThisContext()(module.exports, require, module, part);
      scripts.set(name, script);
      loaded.set(name, module.exports);
    }
    return loaded.get(name) as Parts[K];
  }

  part(wanted);
  await work[wanted]?.(part);
  const data = scripts.get(wanted)?.createCachedData();
  if (data) writeFileSync(join(folder, `${wanted}.${flags}.cache`), data);
}

/** Typical work of a part; one without is only loaded. */
const work: { readonly [K in keyof Parts]?: (part: typeof import('../src/parts.ts').part) => unknown } = {
  yaml(part) {
    const document = part('yaml').parseDocument('# comment\nrows:\n- name: "a"\n  pane: {pid: 1, cwd: /}\n');
    document.setIn(['rows', 0, 'status'], 'running');
    document.toJS();
    document.toString();
  },
  cli: (part) => besideAgent(() => reconciles(part)),
  hooks: (part) =>
    besideAgent(async () => {
      for (const { hook, text } of sampleEvents(process.pid)) {
        await settled();
        await uninterrupted(() => part('hooks').main(['event', hook, ...eventFlags(hook, text), '--lock-fd=9']));
      }
    }),
  /** Without an index, and without a lock to take over. */
  async rare(part) {
    for (const { hook, text } of sampleEvents(process.pid).slice(0, 1)) {
      await uninterrupted(() => part('hooks').main(['event', hook, ...eventFlags(hook, text)]));
    }
    await besideAgent(() => reconciles(part));
  },
};

/** A pane with an agent in it. Its processes are ours: those of the machine would be others at each build, and so would the cache. */
async function besideAgent(run: () => Promise<void>): Promise<void> {
  const agent = spawn('sleep', ['60'], { argv0: 'claude', stdio: 'ignore' });
  await run();
  agent.kill();
}

/** Full runs of the server that the sandbox's `tmux` plays: each event's state of it, and once more without a difference. */
async function reconciles(part: typeof import('../src/parts.ts').part): Promise<void> {
  const events = sampleEvents(process.pid);
  for (const { text } of [...events, ...events.slice(-1)]) {
    playServer(process.env.HOME ?? '', text);
    await settled();
    await uninterrupted(() => part('cli').main(['reconcile', '--format=json']));
  }
}

/** A registry that changed a moment ago is not indexed, and not read through its index. */
const settled = () => setTimeout(50);

function eventFlags(hook: string, answer: string): readonly string[] {
  const { HOME = '' } = process.env;
  const path = join(HOME, 'answer');
  spoolEvent(HOME, hook);
  writeFileSync(path, answer);
  return [`--socket=${SOCKET}`, `--answer-fd=${openSync(path, 'r')}`];
}

/** The program may end its process when its work is done; ours is not. */
async function uninterrupted(run: () => unknown): Promise<void> {
  const exit = new Error('the program is done');
  const refuse = () => {
    throw exit;
  };
  Object.assign(process, { exit: refuse, reallyExit: refuse });
  try {
    await run();
  } catch (error) {
    if (error !== exit) throw error;
  }
}

/**
 * In a worker, because only a worker can be given a heap so large that nothing is collected: V8 takes back functions that have not run for
 * a few collections, the outermost of the bundle first of all, and those would be missing.
 */
const [, , folder, flags, wanted] = process.argv;
if (!isMainThread) await main(workerData.folder, workerData.flags, workerData.wanted);
else if (import.meta.main && folder && flags) {
  const resourceLimits = { maxYoungGenerationSizeMb: 1024, maxOldGenerationSizeMb: 4096 };
  new Worker(import.meta.filename, { resourceLimits, workerData: { folder, flags, wanted } });
}
