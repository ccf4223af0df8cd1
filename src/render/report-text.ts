import { styleText } from 'node:util';
import { printable } from './printable.ts';
import type { Report } from './report.ts';

/** The report for people: one line per server that could not be asked, one per drift, one sum. `colour`: the stream is a terminal. */
export function reportText(report: Report, colour: boolean): string {
  const paint = (style: 'red' | 'green' | 'yellow' | 'dim', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const unknown = report.servers
    .filter(({ state }) => state === 'unknown')
    .map(
      ({ server, reason }) =>
        `${paint('red', 'unknown')}  server ${printable(server)}: ${printable(reason ?? '')}; its rows were left alone`,
    );
  const drifts = report.drifts.map(({ class: cls, kind, name, server, msg, repaired }) => {
    const mark = repaired ? paint('green', 'repaired') : paint('yellow', report.dry_run ? 'drift   ' : 'left    ');
    return `${mark} ${cls} ${kind.padEnd(14)} ${printable(name)}${server === null ? '' : paint('dim', ` on ${printable(server)}`)}  ${printable(msg)}`;
  });
  return [...unknown, ...drifts, summary(report), ''].join('\n');
}

/** One line: `3 drifts: 2 repaired, 1 left`. */
export function summary({ drifts, dry_run, tmux_confirmed }: Report): string {
  const repaired = drifts.filter((drift) => drift.repaired).length;
  const doubt = tmux_confirmed ? '' : ' (a server could not be asked)';
  if (drifts.length === 0) return `no drift${doubt}`;
  const count = `${drifts.length} ${drifts.length === 1 ? 'drift' : 'drifts'}`;
  return dry_run
    ? `${count} found, nothing written (dry run)${doubt}`
    : `${count}: ${repaired} repaired, ${drifts.length - repaired} left${doubt}`;
}
