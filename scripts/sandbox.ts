import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An environment to try the program in: a home of its own, a registry with one row, and no tmux servers. What the build
 * makes must not depend on who builds, nor touch what they have.
 */
export function sandbox(folder: string): Record<string, string> {
  const home = mkdtempSync(join(folder, 'home-'));
  const registry = join(home, 'agent-sessions.yaml');
  writeFileSync(registry, sample);
  return { PATH: process.env.PATH ?? '', HOME: home, TMUX_TMPDIR: home, AGENT_SESSIONS_YAML: registry };
}

const sample = `tmux_sessions:
- name: smoke-claude
  status: running
  tmux_session_created_at: '2026-06-19T14:27:29Z'
  tmux_session_epoch: 1781879249
  tmux_server: default
  pane: {index: 0, pid: 4242, cmd: claude, cmd_full: claude, cwd: /}
`;
