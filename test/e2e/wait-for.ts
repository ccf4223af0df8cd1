/** Waits until something is true, and answers it; fails with what was awaited. Nothing in the tests sleeps a fixed time. */
export async function waitFor<T>(
  what: string,
  look: () => T,
  deadlineMs = 20_000,
): Promise<Exclude<T, false | null | undefined | '' | 0>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = look();
    if (seen) return seen as Exclude<T, false | null | undefined | '' | 0>;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
