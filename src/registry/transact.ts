import { editRegistry } from './edit-registry.ts';
import { lockRegistry } from './lock.ts';
import { readRegistry } from './read-registry.ts';
import type { Edit, Registry } from './types.ts';
import { writeRegistry } from './write-registry.ts';

/** What a transaction decided on: edits to write (none: the file stays as it is), and what the caller wants back. */
export interface Decision<T> {
  readonly edits: readonly Edit[];
  readonly result: T;
}

/**
 * One change of the registry under its lock: lock → read → `decide` → edit, verify, durable write → release. What `decide` observes is true
 * until the write is on disk, as far as everybody else takes the lock. Throws what each step throws; then nothing is written.
 */
export function transact<T>(path: string, decide: (registry: Registry) => Decision<T>): T {
  const lock = lockRegistry(path);
  try {
    const registry = readRegistry(path);
    const { edits, result } = decide(registry);
    if (edits.length > 0) writeRegistry(registry, edits, editRegistry(registry, edits));
    return result;
  } finally {
    lock.release();
  }
}
