import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node; `e2e` drives real tmux and the built binary: `npm test -- --project unit`.
const driven = ['test/e2e/**', 'test/faults/**'];
const shared = { pool: 'forks', testTimeout: 30_000, hookTimeout: 30_000 } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    env: { TMUX_DRIFT_TEST_PYTHON: pythonWithYaml() },
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: driven } },
      { test: { ...shared, name: 'e2e', include: driven.map((folder) => `${folder}/*.test.ts`) } },
    ],
  },
});

/** The first Python on the PATH may be one of a version manager's, without the system's PyYAML. */
function pythonWithYaml(): string {
  const pythons = ['python3', '/usr/bin/python3'];
  return pythons.find((python) => spawnSync(python, ['-c', 'import yaml']).status === 0) ?? 'python3';
}
