import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh } from './measure.ts';

export const ROOT = join(import.meta.dirname, '..');
export const BINARY = join(ROOT, 'dist/tmux-drift');

/** A HOME, a socket folder and a state folder of its own, so that nothing of the user's is touched. */
export interface Sandbox {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly registry: string;
  readonly state: string;
  tmux(server: string, ...words: readonly string[]): string;
  socket(server: string): string;
  close(): void;
}

export function sandbox(): Sandbox {
  const home = mkdtempSync(join(tmpdir(), 'tmux-drift-bench-'));
  const state = join(home, 'state');
  mkdirSync(state, { mode: 0o700 });
  const registry = join(state, 'agent-sessions.yaml');
  const { PATH = '', LANG = 'C.UTF-8' } = process.env;
  const env = {
    PATH: `${join(home, 'bin')}:${PATH}`,
    LANG,
    HOME: home,
    TMUX_TMPDIR: home,
    AGENT_SESSIONS_STATE_DIR: state,
    AGENT_SESSIONS_YAML: registry,
    TERM: 'xterm-256color',
  };
  const servers = new Set<string>();
  const socket = (server: string) => join(home, `tmux-${process.getuid?.()}`, server);
  return {
    home,
    env,
    registry,
    state,
    socket,
    tmux(server, ...words) {
      servers.add(server);
      return sh('tmux', ['-u', '-f', '/dev/null', '-L', server, ...words], { env });
    },
    close() {
      for (const server of servers) {
        try {
          sh('tmux', ['-L', server, 'kill-server'], { env });
        } catch (error) {
          // A server that is gone already is what we want.
          if (!String(error).includes('no server running')) throw error;
        }
      }
      // What tmux's last hooks started may still be writing.
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
