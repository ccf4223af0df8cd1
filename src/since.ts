import { UserError } from './errors.ts';
import { printable } from './render/printable.ts';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A point in time as people write it, epoch milliseconds: how long ago (`90s`, `30m`, `2h`, `3d`, `1w`), or a date and time
 * (`2026-08-21`, `2026-08-21 14:30`, local unless it names a zone). Throws `UserError` `bad-time`.
 */
export function parseSince(text: string, now: number): number {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  if (ago) return now - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
  // A date alone is midnight here; JavaScript would take it for midnight UTC.
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T'));
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time)) return time;
  throw new UserError(
    'bad-time',
    `--since '${printable(text)}' is no time: expected how long ago (30m, 2h, 3d), or a date (2026-08-21, '2026-08-21 14:30')`,
  );
}
