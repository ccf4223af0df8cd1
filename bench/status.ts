/**
 * `status` of 500 sessions on 3 servers, beside what people have in a shell script for it: node bench/status.ts [--rounds 20] [--sessions 500]
 * Prints a table and writes bench/status.json. Needs dist/tmux-drift.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, measure, sh } from './measure.ts';
import { BINARY, ROOT, type Sandbox, sandbox } from './sandbox.ts';
import { figureTable } from './tables.ts';

const SERVERS = ['default', 'side', 'work'];

/** One call of tmux for every row: the loop that most scripts have. */
const PER_ROW = `
awk '/^- name: /{n=$3} /^  tmux_server: /{print n, $2}' "$1" | while read -r name server; do
  if tmux -L "$server" ls -F '#{session_name}' | grep -qxF -- "$name"; then echo "$name $server running"; else echo "$name $server gone"; fi
done`;

/** One call for every server, joined with the rows: as good as a shell script gets. Knows names only: no process, no job, no conversation. */
const PER_SERVER = `
for server in ${SERVERS.join(' ')}; do tmux -L "$server" ls -F "#{session_name} $server"; done | awk '
NR == FNR { live[$1 " " $2]; next }
/^- name: / { n = $3 } /^  tmux_server: / { print n, $2, ((n " " $2) in live ? "running" : "gone") }' - "$1"`;

function cases(box: Sandbox, sessions: number): readonly Case[] {
  const command =
    (...argv: readonly string[]) =>
    () => ({ argv, env: box.env });
  const what = `${sessions} rows on ${SERVERS.length} servers`;
  return [
    { name: `\`status\`, ${what}`, command: command(BINARY, 'status') },
    { name: `\`status --json\`, ${what}`, command: command(BINARY, 'status', '--json') },
    {
      name: 'shell: `tmux ls` once for each server (peer)',
      command: command('/bin/sh', '-c', PER_SERVER, 'sh', box.registry),
    },
    {
      name: 'shell: `tmux ls` in a loop over the rows (peer)',
      command: command('/bin/sh', '-c', PER_ROW, 'sh', box.registry),
    },
  ];
}

/** Live sessions of a stand-in agent that only sleeps, each with a row as we write it. */
function fill(box: Sandbox, sessions: number): void {
  mkdirSync(join(box.home, 'bin'));
  writeFileSync(join(box.home, 'bin/claude'), '#!/bin/sh\nexec sleep 100000\n');
  chmodSync(join(box.home, 'bin/claude'), 0o755);
  writeFileSync(box.registry, 'tmux_sessions: []\n');
  for (const [index, server] of SERVERS.entries()) {
    const names = Array.from({ length: sessions }, (_, at) => at).filter((at) => at % SERVERS.length === index);
    for (let from = 0; from < names.length; from += 50) {
      const commands = names
        .slice(from, from + 50)
        .map((at) => ['new-session', '-d', '-s', `live-${at}-creator-claude`, '-c', box.home, 'claude']);
      box.tmux(server, ...commands.flatMap((words, at) => [...(at ? [';'] : []), ...words]));
    }
  }
  // The rows of the other servers bring those into the scope of the first run.
  writeFileSync(
    box.registry,
    `tmux_sessions:\n${SERVERS.map((server) => `- {name: old-${server}, status: archived, tmux_server: ${server}}\n`).join('')}`,
  );
  sh(BINARY, ['reconcile'], { env: box.env });
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, sessions: { type: 'string', default: '500' } },
});
const [rounds, sessions] = [Number(values.rounds), Number(values.sessions)];
const box = sandbox();
try {
  fill(box, sessions);
  const figures = measure(cases(box, sessions), rounds);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}`;
  process.stdout.write(`${machine}, ${rounds} rounds\n\n${figureTable(figures)}`);
  writeFileSync(
    join(ROOT, 'bench/status.json'),
    `${JSON.stringify({ machine, rounds, sessions, figures }, null, 2)}\n`,
  );
} finally {
  box.close();
}
