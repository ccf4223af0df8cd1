import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** What becomes of a request for a released file. `held`: the first byte, and the rest when the mode changes. */
export type Mode = 'good' | '404' | 'html' | 'wrong' | 'cut' | 'cut-chunked' | 'slow' | 'held';

/**
 * A web server on loopback with a git repository and its releases, as a public host has them. In a thread of its own: the tests wait for
 * tmux without their event loop.
 */
export class ReleaseServer {
  readonly folder: string;
  readonly url: string;

  private constructor(folder: string, url: string) {
    this.folder = folder;
    this.url = url;
  }

  static async start(folder: string): Promise<ReleaseServer> {
    mkdirSync(join(folder, 'www'), { recursive: true });
    writeFileSync(join(folder, 'mode'), 'good');
    const worker = new Worker(new URL('./release-server-worker.ts', import.meta.url), { workerData: { folder } });
    onTestFinished(async () => {
      await worker.terminate();
    });
    const { port } = await new Promise<AddressInfo>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return new ReleaseServer(folder, `http://127.0.0.1:${port}`);
  }

  set mode(mode: Mode) {
    writeFileSync(join(this.folder, 'mode'), mode);
  }

  /** Released files that were asked for. */
  get requests(): readonly string[] {
    const log = join(this.folder, 'requests');
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  }
}
