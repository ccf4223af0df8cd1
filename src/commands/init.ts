import type { Io } from '../io.ts';
import { loadSettings } from '../load-settings.ts';
import { createRegistry } from '../registry/create-registry.ts';
import { stateFolder } from '../settings.ts';
import { ensureStateFolder } from '../state-folder.ts';

/** `init`: creates what is missing (registry, state folder) and leaves what is there as it is. */
export function init(options: { readonly registry?: string }, io: Io): number {
  const settings = loadSettings({ registryFlag: options.registry ?? null, env: io.env });
  ensureStateFolder(stateFolder(io.env));
  const path = settings.registry.value;
  io.err(createRegistry(path) ? `created ${path}\n` : `${path} is there already\n`);
  return 0;
}
