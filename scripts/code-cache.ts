/**
 * Makes V8's code caches of the parts, once for each set of flags that the binary may have when it loads them.
 * The parts do some typical work first: only functions that have run are in a cache.
 */
import { execFileSync } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { Parts } from '../src/parts.ts';
import { partNames } from './bundle.ts';
import { sampleAnswer, sandbox } from './sandbox.ts';

/**
 * V8 takes back a cache only under the flags that it was made with. Two it overlooks, and they make a second build give the same
 * bytes: a seed for what is random, strings' hashes among it, and no other threads, which else win or lose races when the machine is busy.
 */
const reproducible = ['--random-seed=1', '--predictable'];
const flagSets = { plain: reproducible, 'no-rehash': [...reproducible, '--no-rehash-snapshot'] };

/** Puts `<part>.<flags>.cache` beside each `<part>.js` in a folder. */
export function makeCodeCaches(folder: string): void {
  for (const [name, flags] of Object.entries(flagSets)) {
    const env = sandbox(folder);
    // The event finds the lock taken, as it does behind scripts/event.sh.
    const locked = ['-c', 'exec 9>>"$0.lock"; flock 9; exec "$@"', env.AGENT_SESSIONS_YAML ?? ''];
    execFileSync('sh', [...locked, process.execPath, ...flags, import.meta.filename, folder, name], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

const [, , folder, flags] = process.argv;
if (import.meta.main && folder && flags) await main(folder, flags);

async function main(folder: string, flags: string): Promise<void> {
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

  for (const name of partNames) part(name);
  await work(part);
  for (const [name, script] of scripts) {
    writeFileSync(join(folder, `${name}.${flags}.cache`), script.createCachedData());
  }
}

async function work(part: typeof import('../src/parts.ts').part): Promise<void> {
  const document = part('yaml').parseDocument('# comment\nrows:\n- name: "a"\n  pane: {pid: 1, cwd: /}\n');
  document.setIn(['rows', 0, 'status'], 'running');
  document.toJS();
  document.toString();
  await uninterrupted(() => part('cli').main(['--help']));
  const answer = join(process.env.HOME ?? '', 'answer');
  writeFileSync(answer, sampleAnswer);
  const words = ['--socket=/nowhere/default', '--lock-fd=9', `--answer-fd=${openSync(answer, 'r')}`];
  await uninterrupted(() => part('hooks').main(['event', 'session-created', ...words]));
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
