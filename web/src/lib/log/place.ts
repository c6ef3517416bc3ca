import { clockLength } from '$lib/format/amount';

/**
 * Milliseconds of a place as people read it from a player: `3:10`, `00:03:10`, `1:02:03.5`. None if it is no place.
 */
export function readPlace(text: string): number | null {
  const found = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!found) return null;
  const [hours, minutes, seconds] = [Number(found[1] ?? 0), Number(found[2]), Number(found[3])];
  if (seconds >= 60 || (found[1] !== undefined && minutes >= 60)) return null;
  return 1000 * (3600 * hours + 60 * minutes + seconds) + Number((found[4] ?? '').padEnd(3, '0'));
}

/** A place as a player shows it, cut to the second: what is said to begin there has begun. */
export function writePlace(ms: number): string {
  return clockLength(1000 * Math.floor(ms / 1000));
}

/** A length of time as people write it, in milliseconds: like a place, or `5` for so many minutes; none if it is none. */
export function readLength(text: string): number | null {
  return /^\d{1,3}$/.test(text.trim()) ? 60_000 * Number(text) : readPlace(text);
}
