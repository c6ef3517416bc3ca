import { onScale, type Civil } from './civil';

/** A stretch of civil time. */
export interface Stretch {
  start: Civil;
  end: Civil;
}

/** What the page itself sees at once while something is dragged; the station has the last word. */
export interface Clash<T> {
  /** What it would overlap. */
  with: T[];
  /** Whether part of it lies outside the permitted hours. */
  outside: boolean;
}

/** Where a stretch would be in the way. `permitted` are stretches apart from each other. */
export function clashOf<T extends Stretch & { zones: string[] }>(
  moved: Stretch & { zones: string[] },
  others: readonly T[],
  permitted: readonly Stretch[],
): Clash<T> {
  const [start, end] = [onScale(moved.start), onScale(moved.end)];
  const shares = (other: T) => other.zones.some((zone) => moved.zones.includes(zone));
  const overlaps = (other: Stretch) => onScale(other.start) < end && start < onScale(other.end);
  return {
    with: others.filter((other) => shares(other) && overlaps(other)),
    outside: !permitted.some((hours) => onScale(hours.start) <= start && end <= onScale(hours.end)),
  };
}

/** The rest of the days in which nothing may sound, to be shaded. */
export function silent(permitted: readonly Stretch[], first: Civil, end: Civil): Stretch[] {
  const gaps: Stretch[] = [];
  let from = first;
  for (const hours of permitted) {
    if (onScale(from) < onScale(hours.start)) gaps.push({ start: from, end: hours.start });
    if (onScale(hours.end) > onScale(from)) from = hours.end;
  }
  if (onScale(from) < onScale(end)) gaps.push({ start: from, end });
  return gaps;
}
