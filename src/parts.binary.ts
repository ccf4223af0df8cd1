/**
 * `part()` in the binary: each part is an embedded asset, a function around a CommonJS bundle, with V8's code caches of
 * it beside it. Compiling all of it at start would cost more than everything else that an event does.
 */
import { getAssetKeys, getRawAsset } from 'node:sea';
import type { Parts } from './parts.ts';
import { quickStart } from './quick-start.ts';

type Bundle = (exports: object, require: NodeJS.Require, module: { exports: object }, load: typeof part) => void;

/**
 * The binary runs with flags for a quick start (quick-start.ts), and V8 takes back a code cache only under the flags that it was
 * made with. Node's own caches of its modules are made without flags, so what loads many of them is quicker with the flags lifted:
 * 15 % for mqtt, 20 % for lockfile. Lifting them loads node:v8, which is a loss for everything smaller.
 */
const loadsMuchOfNode: ReadonlySet<keyof Parts> = new Set(['mqtt', 'lockfile']);
let flags: 'quick' | 'plain' = 'quick';

const loaded = new Map<keyof Parts, object>();

/** What became of the code cache of each part loaded; nothing here for a binary without caches. */
export const cacheRejected: Partial<Record<keyof Parts, boolean>> = {};

export function part<K extends keyof Parts>(name: K): Parts[K] {
  const exports = loaded.get(name) ?? load(name);
  loaded.set(name, exports);
  return exports as Parts[K];
}

function load(name: keyof Parts): object {
  if (loadsMuchOfNode.has(name)) liftFlags();
  const source = asset(`${name}.js`);
  // Cross-built binaries carry no caches: those belong to one architecture.
  const cache = `${name}.${flags}.cache`;
  const cachedData = getAssetKeys().includes(cache) ? asset(cache) : undefined;
  // Bundles are pure ASCII, so latin1 is right, and the quickest.
  const script = compile(source.toString('latin1'), `tmux-drift/${name}.js`, cachedData);
  if (cachedData) cacheRejected[name] = script.cachedDataRejected;
  const module = { exports: {} };
  runHere(script)(module.exports, requireOnce, module, part);
  return module.exports;
}

/**
 * `new vm.Script(…)` and `runInThisContext()`, spoken to the class beneath them: `node:vm` takes as long to load as a durable write.
 * The arguments are those of the pinned Node, which is the one in the binary; the build tries out what comes of it.
 */
const { ContextifyScript } = (process as unknown as Internals).binding('contextify');

interface Internals {
  binding(name: 'contextify'): { readonly ContextifyScript: ContextifyScriptClass };
}

type ContextifyScriptClass = new (
  code: string,
  filename: string,
  lineOffset: number,
  columnOffset: number,
  cachedData: Buffer | undefined,
  produceCachedData: boolean,
  parsingContext: undefined,
  hostDefinedOptionId: symbol,
) => ContextifyScript;

interface ContextifyScript {
  readonly cachedDataRejected?: boolean;
  runInContext(context: null, timeoutMs: number, displayErrors: boolean, sigint: boolean, firstLine: boolean): unknown;
}

const compile = (code: string, filename: string, cachedData: Buffer | undefined): ContextifyScript =>
  new ContextifyScript(code, filename, 0, 0, cachedData, false, undefined, Symbol(filename));

/** No time limit (-1), errors with the line that they come from. */
const runHere = (script: ContextifyScript): Bundle => script.runInContext(null, -1, true, false, false) as Bundle;

/** A bundle asks for the same few modules of Node from every file that it is made of, and Node's own answer takes its time. */
const required = new Map<string, unknown>();
const requireOnce = ((id: string) => {
  if (!required.has(id)) required.set(id, require(id));
  return required.get(id);
}) as NodeJS.Require;

function liftFlags(): void {
  const { setFlagsFromString } = require('node:v8');
  for (const lifted of Object.values(quickStart)) setFlagsFromString(lifted);
  flags = 'plain';
}

function asset(key: string): Buffer {
  return Buffer.from(getRawAsset(key) as ArrayBuffer);
}
