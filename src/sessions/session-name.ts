import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';

const LONGEST = 100;

/**
 * Refuses what tmux would change or could not be told again: it turns `:` and `.` into `_`, keeps control characters, `\\` and
 * `$NAME` in another spelling, and takes a leading `=` or `-` for something else.
 */
export function checkName(name: string): string {
  const why =
    name === ''
      ? 'it is empty'
      : /[:.]/.test(name)
        ? 'tmux does not allow : and . in it'
        : /[\u0000-\u001f\u007f-\u009f\\$]/.test(name)
          ? 'it holds a control character, a backslash or a dollar sign'
          : /^[=-]/.test(name)
            ? `tmux takes a leading ${name[0]} for something else`
            : name.length > LONGEST
              ? `it is longer than ${LONGEST} characters`
              : null;
  if (why)
    throw new UserError('bad-name', `session name '${printable(name)}': ${why}. Next step: choose another --name`);
  return name;
}

/** `<folder>-creator-<agent>`, with a number behind the folder when that is taken: the agent must stay the last word. */
export function defaultName(cwd: string, agent: string, taken: ReadonlySet<string>): string {
  const folder = basename(cwd)
    .replace(/[^\p{L}\p{N}_@%+,-]+/gu, '_')
    .slice(0, 60);
  const stem = /^[-_]*$/.test(folder) ? 'root' : folder.replace(/^-+/, '');
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}-creator-${agent}`;
    if (!taken.has(name)) return name;
  }
}
