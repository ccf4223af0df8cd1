import { fstatSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errnoOf } from './errors.ts';
import type { Environment } from './settings.ts';

/** What a command may touch of the process; tests pass their own. stdout carries data only, stderr words for people. */
export interface Io {
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Is stdout a terminal? */
  readonly terminal: boolean;
  /** Columns of stdout's terminal; null when it is none. */
  readonly columns: number | null;
  /** May stdout be coloured (a terminal, and NO_COLOR not set)? */
  readonly colour: boolean;
}

export function processIo(): Io {
  const terminal = isTerminal(1);
  return {
    env: process.env,
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    terminal,
    get columns() {
      return terminal ? (process.stdout.columns ?? 80) : null;
    },
    colour: terminal && !process.env.NO_COLOR,
  };
}

/** A pipe, a file or /dev/null is none, and loads nothing to see that: `node:tty` takes as long as a small command. */
export function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return (
      stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev && isatty(fd)
    );
  } catch (error) {
    if (errnoOf(error) === 'EBADF') return false;
    throw error;
  }
}

/** Synchronous: output that is still in a pipe when the process ends would be cut. A reader or a terminal that went away is no error of ours. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (errnoOf(error) === 'EPIPE' || errnoOf(error) === 'EIO') return;
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
