/**
 * `part()` in the binary: each part is an embedded asset, a function around a CommonJS bundle, with V8's code caches of
 * it beside it. Compiling all of it at start would cost more than everything else that an event does.
 */
import { getAssetKeys, getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import type { Parts } from './parts.ts';

type Bundle = (exports: object, require: NodeJS.Require, module: { exports: object }, load: typeof part) => void;

/**
 * The binary runs with --no-rehash-snapshot, and V8 takes back a code cache only under the flags that it was made with.
 * Node's own caches of its modules are made without flags, so what loads many of them is quicker with the flag lifted:
 * 15 % for mqtt, 20 % for lockfile. Lifting it loads node:v8, which is a loss for everything smaller.
 */
const loadsMuchOfNode: ReadonlySet<keyof Parts> = new Set(['mqtt', 'lockfile']);
let flag: 'plain' | 'no-rehash' = 'no-rehash';

const loaded = new Map<keyof Parts, object>();

/** What became of the code cache of each part loaded; nothing here for a binary without caches. */
export const cacheRejected: Partial<Record<keyof Parts, boolean>> = {};

export function part<K extends keyof Parts>(name: K): Parts[K] {
  const exports = loaded.get(name) ?? load(name);
  loaded.set(name, exports);
  return exports as Parts[K];
}

function load(name: keyof Parts): object {
  if (loadsMuchOfNode.has(name)) liftFlag();
  const source = asset(`${name}.js`);
  // Cross-built binaries carry no caches: those belong to one architecture.
  const cache = `${name}.${flag}.cache`;
  const cachedData = getAssetKeys().includes(cache) ? asset(cache) : undefined;
  // Bundles are pure ASCII, so latin1 is right, and the quickest.
  const script = new Script(source.toString('latin1'), { filename: `tmux-drift/${name}.js`, cachedData });
  if (cachedData) cacheRejected[name] = script.cachedDataRejected;
  const module = { exports: {} };
  (script.runInThisContext() as Bundle)(module.exports, requireOnce, module, part);
  return module.exports;
}

/** A bundle asks for the same few modules of Node from every file that it is made of, and Node's own answer takes its time. */
const required = new Map<string, unknown>();
const requireOnce = ((id: string) => {
  if (!required.has(id)) required.set(id, require(id));
  return required.get(id);
}) as NodeJS.Require;

function liftFlag(): void {
  require('node:v8').setFlagsFromString('--rehash-snapshot');
  flag = 'plain';
}

function asset(key: string): Buffer {
  return Buffer.from(getRawAsset(key) as ArrayBuffer);
}
