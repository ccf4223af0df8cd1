/**
 * What a tmux event or an agent's hook needs now and then only: a part of its own, so that all the others do not pay for it. Reached
 * through `part('rare')`.
 */
export { customAdapter } from './agents/custom.ts';
export { showOutcome } from './commands/show-outcome.ts';
export { queueTerminated } from './jobs/terminated-event.ts';
export { parseConfig } from './parse-config.ts';
export { readPs } from './process/ps.ts';
export { createRegistry } from './registry/create-registry.ts';
export { alsoTarget, lockRegistry } from './registry/lock.ts';
export { readRegistry } from './registry/read-registry.ts';
export { inactiveRows, readAndIndex, throughText, writeWhole } from './registry/whole-registry.ts';
