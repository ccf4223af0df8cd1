import { describe, expect, test } from 'vitest';
import { adapters } from '../../src/agents/index.ts';
import { agentProcess } from './agent-process.ts';

/** What a process is by its argv: the agent whose conversation it holds, `<agent> (else)` for other work of it, `-` for anything else. */
function judge(argv: readonly string[], exe: string | null = null): string {
  const process = agentProcess({ argv, exe });
  const adapter = adapters.find((candidate) => candidate.isProgram(process));
  if (!adapter) return '-';
  return adapter.recognises(process) ? adapter.name : `${adapter.name} (else)`;
}

/** One line is one argv, words parted by blanks, and what it is. */
const cases = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('=>').map((part) => part.trim()) as [string, string]);

describe('an agent is recognised by its program, seen through wrappers', () => {
  test.each(
    cases(`
      claude                                              => claude
      /home/u/.local/bin/claude --resume x                => claude
      claude --dangerously-skip-permissions fix the bug   => claude
      claude --session-id 7d0c5a3e-0000-4000-8000-000000000000 => claude
      claude -c                                           => claude
      claude --add-dir mcp agents                         => claude
      claude --model update                               => claude
      node /usr/lib/node_modules/.bin/claude -r           => claude
      node --no-warnings --require x /usr/bin/claude      => claude
      node /l/node_modules/@anthropic-ai/claude-code/cli.js => claude
      bun /home/u/.bun/bin/claude                         => claude
      bun run claude                                      => claude
      npx claude                                          => claude
      bash /usr/local/bin/claude                          => claude
      -bash                                               => -
      zsh                                                 => -
      bash -c claude                                      => -
      bash -lc claude                                     => -
      sh -c exec claude                                   => -
      /u/share/claude/versions/2.1.34 --resume            => claude
      claude -p hello                                     => claude (else)
      claude --print=x hello                              => claude (else)
      claude --output-format stream-json                  => claude (else)
      claude agents                                       => claude (else)
      claude attach 123                                   => claude (else)
      claude --debug-file f mcp serve                     => claude (else)
      claude update                                       => claude (else)
      claude --version                                    => claude (else)
      vim .claude/settings.json                           => -
      vim claude                                          => -
      claude-monitor                                      => -
      tail -f /home/u/.claude/projects/x                  => -
      node /home/u/.claude/plugins/server.js              => -
      agy --dangerously-skip-permissions                  => agy
      agy --conversation 7d0c5a3e-0000-4000-8000-000000000000 => agy
      /opt/antigravity                                    => agy
      agy --print hello                                   => agy (else)
      agy update                                          => agy (else)
      codex                                               => codex
      codex resume --last                                 => codex
      codex fork 7d0c5a3e-0000-4000-8000-000000000000     => codex
      codex -m exec -p review                             => codex
      codex fix it                                        => codex
      node /u/lib/node_modules/@openai/codex/bin/codex.js resume => codex
      /l/vendor/codex-x86_64-unknown-linux-musl           => codex
      codex exec hello                                    => codex (else)
      codex -m o5 exec hello                              => codex (else)
      codex mcp-server                                    => codex (else)
      codex app-server                                    => codex (else)
      /h/bin/codex app-server --listen unix:// --managed-daemon => codex (else)
      codex agents                                        => codex (else)
      codex login                                         => codex (else)
      bun install -g @openai/codex                        => -
      npm install -g @openai/codex                        => -
      python3 -m http.server                              => -
      python3 -c claude                                   => -
      node -e claude                                      => -
    `),
  )('%s => %s', (line, expected) => {
    expect(judge(line.split(/ +/))).toBe(expected);
  });

  test('by a title written over argv', () => {
    expect(judge(['claude'])).toBe('claude');
    expect(judge(['npm exec @openai/codex'])).toBe('-');
    expect(judge(['/home/My User/bin/claude'])).toBe('claude');
  });

  test('by the native executable, whatever argv[0] says', () => {
    expect(judge(['2.1.34'], '/home/u/.local/share/claude/versions/2.1.34')).toBe('claude');
    expect(judge(['2.1.34'], '/usr/bin/other')).toBe('-');
    expect(judge(['node', 'server.js'], '/home/u/.local/share/claude/versions/2.1.34')).toBe('-');
  });

  test('nothing is recognised in an empty argv', () => {
    expect(judge([])).toBe('-');
    expect(judge([''])).toBe('-');
  });
});
