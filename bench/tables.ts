import type { IdleFigure } from './idle.ts';
import type { InstructionFigure } from './instructions.ts';
import type { Figure } from './measure.ts';

/** Markdown tables; empty where there is nothing to show. */
export const figureTable = (figures: readonly Figure[]): string =>
  table(
    ['work', 'median ms', 'ratio'],
    figures.map(({ name, ms, ratio }) => [name, ms.toFixed(1), ratio.toFixed(2)]),
  );

export const instructionTable = (figures: readonly InstructionFigure[]): string =>
  table(
    ['work', 'million instructions', 'ratio'],
    figures.map(({ name, millions, ratio }) => [name, millions.toFixed(1), ratio.toFixed(2)]),
  );

export const idleTable = (figures: readonly IdleFigure[]): string =>
  table(
    ['nothing happens', 'sessions', 'CPU seconds per hour', 'processes that stay'],
    figures.map(({ who, sessions, cpuSecondsPerHour, processes }) => [
      who,
      String(sessions),
      cpuSecondsPerHour.toFixed(1),
      String(processes),
    ]),
  );

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('');
}
