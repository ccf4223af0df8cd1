import { expect, test, vi } from 'vitest';
import { EnvironmentError, UserError } from '../src/errors.ts';

test('an error of another copy of the classes, as each part of the binary has one, is one of ours', async () => {
  vi.resetModules();
  const other = await import('../src/errors.ts');
  expect(other.UserError).not.toBe(UserError);
  expect(new other.UserError('code', 'words')).toBeInstanceOf(UserError);
  expect(new other.EnvironmentError('code', 'words')).toBeInstanceOf(EnvironmentError);
  expect(new other.EnvironmentError('code', 'words')).not.toBeInstanceOf(UserError);
  for (const no of [new Error('words'), null, 'words', undefined]) expect(no).not.toBeInstanceOf(UserError);
});
