/** First wait after a line broke. Milliseconds. */
const FIRST_MS = 1_000;
/** Longest wait between two tries. */
const LONGEST_MS = 30_000;

/** How long to wait before the next try, with a spread so that many pages do not come back at once. `chance` is 0 to 1. */
export function waitMs(tries: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return full * (0.5 + chance / 2);
}
