import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './measure.ts';
import { BINARY, sandbox } from './sandbox.ts';
import { answerText, type BenchRow, registryText, SOCKET_LABEL, SPOOLED } from './world.ts';

/** Running rows in every event world: a person's live agents, whatever history the registry holds. */
const LIVE = 10;

/**
 * The binary alone: one event, durable. tmux's answer comes from a file and the lock is taken by the shell that starts it; rounds take
 * turns in seeing one session gone and back again, so that each changes the registry on disk.
 */
export function binaryAlone(rows: number, close: (() => void)[]): Case {
  const box = sandbox();
  close.push(() => box.close());
  const server = { socket: box.socket(SOCKET_LABEL), started: 1_790_000_000, pid: 77 };
  const live = Array.from(
    { length: LIVE },
    (_, index): BenchRow => ({
      name: `live-${index}-creator-claude`,
      status: 'running',
      epoch: server.started + 100 + index,
      sessionId: `$${index}`,
      pid: 900_000 + index,
    }),
  );
  mkdirSync(join(box.home, `tmux-${process.getuid?.()}`), { mode: 0o700 });
  writeFileSync(box.registry, registryText(rows, live, server));
  const sessions = live.map(({ name, sessionId, epoch, pid = 0 }) => ({
    id: sessionId ?? '',
    created: epoch,
    name,
    pid,
  }));
  const others = sessions.filter((_, index) => index !== 4);
  const answer = join(box.home, 'answer');
  /** The fifth session is gone in one round and back in the next: as another session, with the agent in it. */
  const back = (round: number) => ({
    id: `$${100 + round}`,
    created: 4_000_000_000 + round,
    name: 'live-4-creator-claude',
    pid: 900_004,
    startCommand: 'claude',
  });
  const words = [
    'event',
    'session-closed',
    `--socket=${server.socket}`,
    `--registry=${box.registry}`,
    '--lock-fd=9',
    '--answer-fd=0',
  ];
  const spool = join(box.state, 'spool', server.socket.replaceAll('/', '%'));
  mkdirSync(spool, { recursive: true });
  let round = 0;
  const lastChange = () => statSync(box.registry, { bigint: true }).mtimeNs;
  let before = 0n;
  return {
    name: `binary alone, one event, ${rows} rows`,
    prepare() {
      if (round > 0 && before === lastChange()) throw new Error(`binary alone, ${rows} rows: an event was not applied`);
      before = lastChange();
      round++;
      const seen = round % 2 === 1 ? others : [...others, back(round)];
      writeFileSync(join(spool, 'events'), SPOOLED);
      writeFileSync(answer, answerText(seen, server));
    },
    command: () => ({
      argv: [BINARY, ...words],
      env: box.env,
      stdin: answer,
      lock: `${box.registry}.lock`,
    }),
  };
}
