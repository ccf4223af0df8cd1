import { styleText } from 'node:util';
import type { WrittenEntry } from '../read-journal.ts';
import { printable } from './printable.ts';

const STYLES = { repaired: 'green', done: 'green', found: 'yellow', refused: 'red', ignored: 'dim' } as const;

/** One entry for people: a line that says what and when (local time), then a line for each value that changed, before → after. */
export function journalText(entry: WrittenEntry, colour: boolean): string {
  const paint = (style: (typeof STYLES)[keyof typeof STYLES], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const mark = paint(STYLES[entry.what] ?? 'dim', printable(entry.what).padEnd(8));
  const drift = [entry.class, entry.kind].filter((word) => word !== undefined).map(printable);
  const where = typeof entry.server === 'string' ? ` on ${printable(entry.server)}` : '';
  const words = [
    localTime(entry.time),
    mark,
    ...drift,
    ...(entry.name === undefined ? [] : [`${printable(entry.name)}${where}`]),
    printable(entry.msg),
    paint('dim', `(${printable(entry.who)})`),
  ];
  const changes = Object.entries(entry.changes ?? {}).flatMap(([path, change]) => changed(path, change));
  return `${[words.join('  '), ...changes.map((line) => `    ${line}`)].join('\n')}\n`;
}

/** A new row (path '') is shown key by key. */
function changed(path: string, change: unknown): readonly string[] {
  const [before, after] = Array.isArray(change) ? change : [null, change];
  if (path !== '' || !isMap(after)) return [`${printable(path)}: ${shown(before)} → ${shown(after)}`];
  return Object.entries(after).map(([key, value]) => `${printable(key)}: ${shown(null)} → ${shown(value)}`);
}

const shown = (value: unknown): string =>
  value === null || value === undefined ? '-' : printable(typeof value === 'string' ? value : JSON.stringify(value));

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `2026-08-21 14:30:05`, in the zone of whoever reads. */
function localTime(iso: string): string {
  const time = new Date(iso);
  const two = (number: number) => String(number).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
