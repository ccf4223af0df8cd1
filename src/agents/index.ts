import { agy } from './agy.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import type { Adapter } from './types.ts';

/** The agents that we know: one file and one line each. */
export const adapters: readonly Adapter[] = [claude, agy, codex];

export const adapterNamed = (name: string | null, among: readonly Adapter[] = adapters): Adapter | null =>
  among.find((adapter) => adapter.name === name) ?? null;
