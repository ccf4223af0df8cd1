import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { EnvironmentError, errnoOf } from '../../errors.ts';
import { messageOf } from '../../report-error.ts';
import { outboxPath } from '../outbox.ts';
import type { Connection } from './connect.ts';
import { flushOutbox } from './flush-outbox.ts';

export interface OutboxSender {
  /** Sends what waits now. What could not be sent stays, and `say` tells why. */
  send(): Promise<void>;
  close(): void;
}

/** Sends what the outbox holds, and what comes into it, as long as the connection lives. */
export function watchOutbox(connection: Connection, stateDir: string, say: (line: string) => void): OutboxSender {
  let sending: Promise<void> | null = null;
  let again = false;

  async function sendAll(): Promise<void> {
    do {
      again = false;
      try {
        await flushOutbox(connection, stateDir);
      } catch (error) {
        if (!(error instanceof EnvironmentError)) throw error;
        if (error.code === 'mqtt-denied') say(error.message);
        return;
      }
    } while (again);
  }

  async function send(): Promise<void> {
    again = true;
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    await sending;
  }

  const watcher = watchFolder(
    outboxPath(stateDir),
    () => void send().catch((error) => say(messageOf(error).trimEnd())),
  );
  return { send, close: () => watcher?.close() };
}

/** Null where the system has no watches left: then things are sent with the next connection, or by the next drain. */
function watchFolder(folder: string, changed: () => void): FSWatcher | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return watch(folder, changed);
  } catch (error) {
    if (errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EMFILE') return null;
    throw error;
  }
}
