import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { replaceFile } from '../../registry/replace-file.ts';
import { messageOf } from '../../report-error.ts';

const path = (stateDir: string): string => join(stateDir, 'mqtt-trouble');

/** The plugin's drains run unseen: what the last one failed of is kept for `doctor`, until one succeeds. */
export const noteTrouble = (stateDir: string) => ({
  note: (error: unknown): void => {
    if (existsSync(stateDir)) replaceFile(path(stateDir), Buffer.from(messageOf(error)), { durable: false });
  },
  over: (): void => rmSync(path(stateDir), { force: true }),
});

/** What the last drain failed of; null when it did not. */
export function lastTrouble(stateDir: string): string | null {
  try {
    return readFileSync(path(stateDir), 'utf8').trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
