/** How long ago in one short word: `12s`, `5m`, `3h`, `2d`; `-` when it is not known. Both in epoch seconds. */
export function age(since: number | null, now: number): string {
  if (since === null) return '-';
  const seconds = Math.max(0, Math.floor(now - since));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400 * 2) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
