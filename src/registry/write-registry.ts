import { replaceFile } from './replace-file.ts';
import type { Edit, Registry } from './types.ts';
import { verifyEdit } from './verify-edit.ts';

/**
 * The only writer of the registry: puts `afterText`, made by `editRegistry` from the same registry and edits, in the
 * file's place, durably. The caller holds the lock. Throws what `verifyEdit` and `replaceFile` throw; then the file is as
 * it was.
 */
export function writeRegistry(registry: Registry, edits: readonly Edit[], afterText: string): void {
  if (afterText === registry.text) return;
  verifyEdit(registry, edits, afterText);
  replaceFile(registry.path, Buffer.from(afterText, 'utf8'), { expected: registry.stamp, locked: true });
}
