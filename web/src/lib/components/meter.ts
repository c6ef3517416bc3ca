/** The level at the left end of a meter, in dBFS. */
export const FLOOR_DBFS = -60;
/** A bar falls no faster than this, so that an eye can follow. dB in a second. */
const FALL_DB_PER_SECOND = 24;

/** Where a level stands on a meter, 0 to 1. */
export function share(dbfs: number | null): number {
  if (dbfs === null) return 0;
  return Math.min(1, Math.max(0, 1 - dbfs / FLOOR_DBFS));
}

/** The height to show next: up at once, down slowly. `elapsedMs` is the time since the last. */
export function fall(shownShare: number, targetShare: number, elapsedMs: number): number {
  const lowest = shownShare - (FALL_DB_PER_SECOND / -FLOOR_DBFS) * (elapsedMs / 1000);
  return Math.max(targetShare, lowest, 0);
}
