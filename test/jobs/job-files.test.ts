import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  changeJob,
  checkJobId,
  type Job,
  listJobs,
  newJobId,
  readJob,
  reopenJob,
  writeJob,
} from '../../src/jobs/job-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'drift-jobs-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const job = (overrides: Partial<Job> = {}): Job => ({
  id: 'job-1',
  state: 'working',
  prompt: 'say hi',
  agent: 'claude',
  session: 'api-creator-claude',
  server: 'default',
  cwd: '/home/u/api',
  createdAt: '2026-06-19T14:27:29Z',
  updatedAt: '2026-06-19T14:27:29Z',
  message: null,
  ...overrides,
});

test('what is written is read again; only the owner may', () => {
  const jobs = join(folder(), 'new');
  writeJob(jobs, job());
  expect(readJob(jobs, 'job-1')).toEqual(job());
  expect([statSync(jobs).mode & 0o777, statSync(join(jobs, 'job-1.json')).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('a change keeps the keys of others', () => {
  const jobs = folder();
  writeFileSync(join(jobs, 'job-1.json'), '{"state": "working", "owner": {"name": "u"}}');
  expect(changeJob(jobs, 'job-1', { state: 'completed', message: 'done' }, 0)).toMatchObject({
    state: 'completed',
    message: 'done',
  });
  expect(JSON.parse(readFileSync(join(jobs, 'job-1.json'), 'utf8'))).toMatchObject({
    owner: { name: 'u' },
    state: 'completed',
    updated_at: '1970-01-01T00:00:00Z',
  });
});

describe('a job that has ended', () => {
  test.each(['completed', 'error'] as const)('as %s stays so', (state) => {
    const jobs = folder();
    writeJob(jobs, job({ state }));
    expect(changeJob(jobs, 'job-1', { state: state === 'error' ? 'completed' : 'error' }, 0)?.state).toBe(state);
  });

  test('is worked on again when its session is resumed, unless it is completed', () => {
    const jobs = folder();
    writeJob(jobs, job({ state: 'error' }));
    writeJob(jobs, job({ id: 'job-2', state: 'completed' }));
    expect([reopenJob(jobs, 'job-1', 0)?.state, reopenJob(jobs, 'job-2', 0)?.state]).toEqual(['working', 'completed']);
  });
});

test('files that are no jobs are not listed, and nothing but a job id names a file', () => {
  const jobs = folder();
  writeJob(jobs, job({ id: 'b', createdAt: '2026-01-02T00:00:00Z' }));
  writeJob(jobs, job({ id: 'a', createdAt: '2026-01-01T00:00:00Z' }));
  for (const [name, text] of [
    ['x.json', '[]'],
    ['y.json', '{"state": "dancing"}'],
    ['z.json', '{'],
    ['.b.json', '{}'],
    ['readme', ''],
  ] as const)
    writeFileSync(join(jobs, name), text);
  expect(listJobs(jobs).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(listJobs(join(jobs, 'nowhere'))).toEqual([]);
  for (const id of ['../a', '.b', '', 'a/b', 'x'.repeat(300), 'a b']) {
    expect(readJob(jobs, id)).toBeNull();
    expect(() => checkJobId(id)).toThrow('a job id is');
  }
});

test('new ids differ, and sort by their time', () => {
  const ids = Array.from({ length: 50 }, () => newJobId(1_800_000_000_000));
  expect(new Set(ids).size).toBeGreaterThan(45);
  expect(checkJobId(ids[0] ?? '')).toMatch(/^job-[0-9a-z]{8}-[0-9a-z]{3}$/);
  expect(newJobId(1_800_000_000_001) > newJobId(1_800_000_000_000)).toBe(true);
});
