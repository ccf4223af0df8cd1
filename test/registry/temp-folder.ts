import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, removed with all that is in it when the test is over. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drift-registry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A registry file in a folder of its own; returns its path. */
export function registryFile(text = 'tmux_sessions: []\n'): string {
  const path = join(tempFolder(), 'agents.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
