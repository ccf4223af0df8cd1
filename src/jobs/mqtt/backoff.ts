const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** How long to wait before try number `failures` (1 is the first): doubled each time, half of it by chance, so that not all come at once. */
export function backoffMs(failures: number, chance = Math.random()): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(full / 2 + (full / 2) * chance);
}
