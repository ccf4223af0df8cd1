import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, sh } from './measure.ts';
import { BINARY, ROOT, sandbox } from './sandbox.ts';
import { registryText } from './world.ts';

const SERVERS = ['default', 'side', 'work'];
const ROWS = 1000;
const SESSIONS = 100;

/** A full reconcile of 3 servers with 100 live sessions that finds one row stale, beside people's own script for the same. */
export function fullReconcile(close: (() => void)[]): readonly Case[] {
  const box = sandbox();
  close.push(() => box.close());
  mkdirSync(join(box.home, 'bin'));
  writeFileSync(join(box.home, 'bin/claude'), '#!/bin/bash\nexec -a claude sleep 100000\n');
  chmodSync(join(box.home, 'bin/claude'), 0o755);
  for (const [index, server] of SERVERS.entries()) {
    const names = Array.from({ length: SESSIONS }, (_, at) => at).filter((at) => at % SERVERS.length === index);
    const commands = names.map((at) => [
      'new-session',
      '-d',
      '-s',
      `live-${at}-creator-claude`,
      '-c',
      box.home,
      'claude',
    ]);
    box.tmux(server, ...commands.flatMap((command, at) => [...(at ? [';'] : []), ...command]));
  }
  const stale = {
    name: 'stale-creator-claude',
    status: 'running',
    epoch: 1_790_000_000,
    sessionId: null,
  } as const;
  writeFileSync(
    box.registry,
    registryText(ROWS - SESSIONS, [stale], {
      label: 'default',
      socket: box.socket('default'),
      started: 1_790_000_000,
    }),
  );
  // From here on a row of each server names it, which brings it into every run's scope.
  for (const server of SERVERS) sh(BINARY, ['reconcile'], { env: { ...box.env, TMUX_SERVER_NAME: server } });
  const registered = sh('/bin/grep', ['-c', '^  status: running', box.registry]).trim();
  if (registered !== `${SESSIONS}`) throw new Error(`full reconcile: ${registered} of ${SESSIONS} sessions have a row`);
  // The stale row again, on top of what the first run registered.
  const base = join(box.home, 'base.yaml');
  const text = sh('/bin/sed', [
    '-e',
    '/^- name: stale-creator-claude$/,/^- name: /s/^  status: terminated$/  status: running/',
    box.registry,
  ]);
  writeFileSync(base, text);
  const reset = () => copyFileSync(base, box.registry);
  return [
    {
      name: `full reconcile, ${ROWS} rows, ${SESSIONS} live sessions, ${SERVERS.length} servers`,
      prepare: reset,
      command: () => ({ argv: [BINARY, 'reconcile'], env: box.env }),
    },
    {
      name: 'the same by bash, flock, Python and PyYAML (peer)',
      prepare: reset,
      command: () => ({
        argv: [join(ROOT, 'bench/peers/reconcile.sh'), box.registry, ...SERVERS],
        env: { ...box.env, PEER_PURE_PYTHON: '1' },
      }),
    },
  ];
}
