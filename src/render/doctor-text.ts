import { styleText } from 'node:util';
import type { Check } from '../doctor/check.ts';

const MARKS = { ok: ['ok', 'green'], warning: ['warning', 'yellow'], error: ['ERROR', 'red'] } as const;

/** One line for each check, what to do beneath it, and a sum. */
export function doctorText(checks: readonly Check[], colour: boolean): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const lines = checks.map(({ title, state, detail, mend }) => {
    const [word, style] = MARKS[state];
    const mark = word.padEnd(8);
    const line = `${colour ? styleText(style, mark, { validateStream: false }) : mark} ${title.padEnd(width)}  ${detail}`;
    return mend === null ? line : `${line}\n${' '.repeat(9)}→ ${mend}`;
  });
  return `${lines.join('\n')}\n\n${sum(checks)}\n`;
}

function sum(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors + warnings === 0) return 'all is well';
  return [errors === 1 ? '1 error' : `${errors} errors`, warnings === 1 ? '1 warning' : `${warnings} warnings`].join(
    ', ',
  );
}
