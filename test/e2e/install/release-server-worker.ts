/** Serves a folder on loopback; what becomes of released files is decided by the words in the file `mode`, read at each request. */
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Mode } from './release-server.ts';

const { folder } = workerData as { folder: string };

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '', 'http://localhost').pathname;
  const file = readIfThere(join(folder, 'www', path));
  if (!path.includes('/releases/')) {
    response.writeHead(file ? 200 : 404).end(file);
    return;
  }
  appendFileSync(join(folder, 'requests'), `${path}\n`);
  serve(readFileSync(join(folder, 'mode'), 'utf8') as Mode, file, response);
});

server.listen(0, '127.0.0.1', () => parentPort?.postMessage(server.address()));

function serve(mode: Mode, file: Buffer | undefined, response: ServerResponse): void {
  if (mode === '404' || !file) response.writeHead(404).end('<html>Not Found</html>');
  else if (mode === 'html') response.writeHead(200).end('<!DOCTYPE html><html><body>Please log in</body></html>');
  else if (mode === 'wrong') response.writeHead(200).end(Buffer.concat([file, Buffer.from('x')]));
  else if (mode === 'cut') {
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  } else if (mode === 'cut-chunked') {
    response.writeHead(200);
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  } else if (mode === 'slow') slowly(file, response);
  else if (mode === 'held') setTimeout(() => serveWhenReleased(file, response), 20);
  else response.writeHead(200).end(file);
}

/** Three chunks, two seconds apart. */
function slowly(file: Buffer, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': file.length });
  const third = Math.ceil(file.length / 3);
  let at = 0;
  const next = () => {
    response.write(file.subarray(at, at + third));
    at += third;
    if (at >= file.length) response.end();
    else setTimeout(next, 2000);
  };
  next();
}

/** Nothing but the beginning until the mode is another one. */
function serveWhenReleased(file: Buffer, response: ServerResponse): void {
  const mode = readFileSync(join(folder, 'mode'), 'utf8') as Mode;
  if (!response.headersSent) response.writeHead(200, { 'content-length': file.length }).write(file.subarray(0, 1));
  if (response.destroyed) return;
  if (mode === 'held') setTimeout(() => serveWhenReleased(file, response), 20);
  else response.end(file.subarray(1));
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code)))
      return;
    throw error;
  }
}
