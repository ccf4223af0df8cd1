/**
 * Makes V8's code caches of the parts, once for each set of flags that the binary may have when it loads them.
 * The parts do some typical work first: only functions that have run are in a cache.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { Parts } from '../src/parts.ts';
import { partNames } from './bundle.ts';

const flagSets = { plain: [], 'no-rehash': ['--no-rehash-snapshot'] };

/** Puts `<part>.<flags>.cache` beside each `<part>.js` in a folder. */
export function makeCodeCaches(folder: string): void {
  // A home of its own, and no tmux servers: the work must not depend on who builds, nor touch what they have.
  const home = mkdtempSync(join(folder, 'home-'));
  const env = { PATH: process.env.PATH, HOME: home, TMUX_TMPDIR: home };
  for (const [name, flags] of Object.entries(flagSets)) {
    execFileSync(process.execPath, [...flags, import.meta.filename, folder, name], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

async function main(folder: string, flags: string): Promise<void> {
  const scripts = new Map<string, Script>();
  const loaded = new Map<string, unknown>();
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

  process.on('exit', () => {
    for (const [name, script] of scripts) {
      writeFileSync(join(folder, `${name}.${flags}.cache`), script.createCachedData());
    }
  });

  for (const name of partNames) part(name);
  const document = part('yaml').parseDocument('# comment\nrows:\n- name: "a"\n  pane: {pid: 1, cwd: /}\n');
  document.setIn(['rows', 0, 'status'], 'running');
  document.toJS();
  document.toString();
  await part('cli').main(['--help']);
}

const [, , folder, flags] = process.argv;
if (import.meta.main && folder && flags) await main(folder, flags);
