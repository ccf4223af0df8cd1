import type { ConfigFile } from './config-schema.ts';
import { UserError } from './errors.ts';
import { part } from './parts.ts';
import { printable } from './render/printable.ts';

const LARGEST_BYTES = 1024 * 1024;

/** The text of a config file, checked. Throws `UserError` `bad-config` that names the place. */
export function parseConfig(path: string, text: string): ConfigFile {
  if (text.length > LARGEST_BYTES) throw new UserError('bad-config', `${path}: larger than 1 MiB`);
  const document = part('yaml').parseDocument(text);
  const [error] = [...document.errors, ...document.warnings];
  if (error)
    throw new UserError(
      'bad-config',
      `${path}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}: ${printable(error.message.split('\n')[0] ?? '')}`,
    );
  const checked = part('config').checkConfig(document.toJS({ maxAliasCount: 0 }));
  if ('problems' in checked)
    throw new UserError('bad-config', checked.problems.map((problem) => `${path}: ${printable(problem)}`).join('\n'));
  return checked.config;
}
