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

/** What a server answers that has one session, without a row; the form is that of src/tmux/query.ts. */
export const sampleAnswer = `S 1 1781870000
L $0 1781879300 new-creator-claude
P $0 %0 1 0 11 claude
O @drift_count 0
E 0
`;

const sample = `tmux_sessions:
- name: smoke-claude
  status: running
  tmux_session_created_at: '2026-06-19T14:27:29Z'
  tmux_session_epoch: 1781879249
  tmux_server: default
  pane:
    index: 0
    pid: 4242
    cmd: claude
    cmd_full: claude
    cwd: /
`;
