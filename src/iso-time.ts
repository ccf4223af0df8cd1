const DAY_MS = 86_400_000;
/** From 0000-03-01, where the Gregorian calendar's 400 years of 146,097 days are counted from, to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468;
const DAYS_OF_400_YEARS = 146_097;

/**
 * `2026-06-19T14:27:29.123Z` of epoch milliseconds, as `Date#toISOString` for the years 0 to 9999. That one reads the system's time zone
 * first, though it has no use for it, and an event's run would wait longer for it than for detecting its drift.
 */
export function isoMillis(epochMs: number): string {
  const ms = Math.floor(epochMs);
  const days = Math.floor(ms / DAY_MS);
  const time = ms - days * DAY_MS;
  const seconds = Math.floor(time / 1000);
  const clock = `${padded(Math.floor(seconds / 3600))}:${padded(Math.floor(seconds / 60) % 60)}:${padded(seconds % 60)}`;
  return `${isoDate(days + DAYS_BEFORE_EPOCH)}T${clock}.${padded(time % 1000, 3)}Z`;
}

/** `2026-06-19T14:27:29Z` of epoch seconds. */
export const isoTime = (epoch: number): string => `${isoMillis(epoch * 1000).slice(0, -5)}Z`;

/** Years that begin in March have their leap day at the end, so that days and months follow one rule. */
function isoDate(days: number): string {
  const era = Math.floor(days / DAYS_OF_400_YEARS);
  const dayOfEra = days - era * DAYS_OF_400_YEARS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - 365 * yearOfEra - Math.floor(yearOfEra / 4) + Math.floor(yearOfEra / 100);
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = ((monthFromMarch + 2) % 12) + 1;
  const year = yearOfEra + 400 * era + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
}

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');
