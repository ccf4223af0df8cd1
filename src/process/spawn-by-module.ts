import type { SpawnSyncOptions } from 'node:child_process';
import { MOST_BYTES, type SpawnOptions, type SpawnResult } from './spawn.ts';

/** `spawnProcess` by the public API; slower to load. */
export function spawnByModule(file: string, argv: readonly string[], options: SpawnOptions): SpawnResult {
  const { env, cwd, timeoutMs, input, pipes = 0, inherit = [] } = options;
  // Loaded here and not above: the event path must not pay for it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const stdio: SpawnSyncOptions['stdio'] = [
    'pipe',
    'pipe',
    'pipe',
    ...Array.from({ length: pipes }, () => 'pipe' as const),
    ...inherit,
  ];
  const result = spawnSync(file, argv, {
    env,
    cwd,
    timeout: timeoutMs,
    input: input ?? '',
    stdio,
    maxBuffer: MOST_BYTES,
  });
  const bytes = (at: number): Buffer => {
    const value = result.output?.[at];
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  };
  const code = result.error && 'code' in result.error ? String(result.error.code) : null;
  return {
    status: result.signal === null && code === null ? result.status : null,
    signal: result.signal,
    stdout: bytes(1),
    stderr: bytes(2),
    pipes: Array.from({ length: pipes }, (_, index) => bytes(3 + index)),
    error: code,
  };
}
