import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostileTexts, outcomeOf } from './hostile-texts.ts';

const names = Object.keys(hostileTexts);

test.each(names)('%s: read or refused, in bounded time', (name) => {
  const started = Date.now();
  expect(outcomeOf(name, 60_000)).toMatch(/^(ok|registry-unreadable)$/);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test.runIf(process.env.TMUX_DRIFT_FUZZ).each(names)(
  '50 MB of %s: in a heap of 2 GB and a minute',
  (name) => {
    const script = join(import.meta.dirname, 'hostile-texts.ts');
    const argv = ['--max-old-space-size=2048', script, name, '50000000'];
    const { stdout, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 60_000 });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^(ok|registry-unreadable)\n$/)]);
  },
  90_000,
);
