import { Argument, Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { candidates } from '../../src/completion/candidates.ts';

const program = new Command('p');
program
  .command('reconcile')
  .description('compares')
  .option('--dry-run', 'writes nothing')
  .addOption(new Option('--format <format>', 'form').choices(['json', 'text']))
  .option('--registry <file>', 'file');
program.command('resume').argument('[names...]').option('--lost', 'lost ones');
program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
program.command('secret', { hidden: true });
const jobs = program.command('jobs');
jobs.command('show').argument('<id>');

const sources = { 'resume names': () => ['api', 'a\nb', 'b c'], 'show id': () => ['job-1'] };
const after = (...words: readonly string[]) => candidates(program, words, sources).map(({ value }) => value);

describe('candidates', () => {
  test.each([
    [[''], ['reconcile', 'resume', 'completion', 'jobs', 'help']],
    [['re'], ['reconcile', 'resume']],
    [['x'], []],
    [['reconcile', '--d'], ['--dry-run']],
    [
      ['reconcile', '--format', ''],
      ['json', 'text'],
    ],
    [['reconcile', '--format', 'j'], ['json']],
    [['reconcile', '--format', '=', 'j'], ['json']],
    [['reconcile', '--format=j'], ['--format=json']],
    [['reconcile', '--registry', ''], []],
    [['reconcile', '--registry', 'x', '--f'], ['--format']],
    [['reconcile', '--dry-run', '--r'], ['--registry']],
    [
      ['resume', ''],
      ['api', 'b c'],
    ],
    [
      ['resume', 'api', ''],
      ['api', 'b c'],
    ],
    [['resume', '--', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['completion', 'bash', ''], []],
    [
      ['jobs', ''],
      ['show', 'help'],
    ],
    [['jobs', 'show', 'j'], ['job-1']],
    [['nonsense', ''], []],
  ])('after %j: %j', (words, values) => {
    expect(after(...words)).toEqual(values);
  });

  test('come with what they mean', () => {
    expect(candidates(program, ['reconcile', '--dry'], sources)).toEqual([
      { value: '--dry-run', description: 'writes nothing' },
    ]);
  });
});
