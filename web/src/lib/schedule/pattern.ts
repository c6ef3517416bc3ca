import { addDays, dayPart, timePart, weekdayOf, type Civil } from './civil';

/** When a slot recurs, as a form says it. Times are `05:00:00`. */
export type Pattern =
  | { every: 'week'; weekdays: number[]; times: string[] }
  | { every: 'month'; days: number[]; times: string[] }
  | { every: 'dates'; dates: string[]; times: string[] };

/** Every day, the working days, the weekend: choices that most slots are. */
export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
export const WORKING_DAYS = [1, 2, 3, 4, 5];
export const WEEKEND = [6, 7];

const sorted = <T>(values: Iterable<T>): T[] => [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** `05:00:00` from what a time field gives. */
export const fullTime = (time: string): string => (time.length === 5 ? `${time}:00` : time);

/** The same with a value put in or taken out. */
export function toggled<T>(values: readonly T[], value: T): T[] {
  return sorted(values.includes(value) ? values.filter((known) => known !== value) : [...values, value]);
}

/** In order, none twice. */
export function tidied(pattern: Pattern): Pattern {
  const times = sorted(pattern.times.filter((time) => time !== '').map(fullTime));
  switch (pattern.every) {
    case 'week':
      return { every: 'week', weekdays: sorted(pattern.weekdays), times };
    case 'month':
      return { every: 'month', days: sorted(pattern.days), times };
    case 'dates':
      return { every: 'dates', dates: sorted(pattern.dates.filter((date) => date !== '')), times };
  }
}

/** What is missing before the station can be asked. */
export function missing(pattern: Pattern): 'days' | 'times' | null {
  const { times } = tidied(pattern);
  const days = pattern.every === 'week' ? pattern.weekdays : pattern.every === 'month' ? pattern.days : pattern.dates;
  if (days.filter((day) => day !== '').length === 0) return 'days';
  return times.length === 0 ? 'times' : null;
}

/** A form of another kind that keeps the times. `today` fills what the new kind needs. */
export function turnedTo(pattern: Pattern, every: Pattern['every'], today: string): Pattern {
  if (pattern.every === every) return pattern;
  const times = pattern.times;
  if (every === 'week') return { every, weekdays: EVERY_DAY, times };
  if (every === 'month') return { every, days: [Number(today.slice(8, 10))], times };
  return { every, dates: [addDays(today, 1)], times };
}

/** What moving one start of a series makes of the whole series. */
export interface Moved {
  pattern: Pattern;
  /** The days stay as they were although the start was dragged to another day: nobody can know which days are meant. */
  daysStay: boolean;
}

/**
 * The series with all its starts at `from`'s time moved to `to`'s. A series on one day of the week (of the month, of all) goes
 * to the other day too.
 */
export function seriesMoved(pattern: Pattern, from: Civil, to: Civil): Moved {
  const before = fullTime(timePart(from));
  const times = sorted(pattern.times.map((time) => (time === before ? fullTime(timePart(to)) : time)));
  const [day, other] = [dayPart(from), dayPart(to)];
  if (day === other) return { pattern: { ...pattern, times }, daysStay: false };
  if (pattern.every === 'week' && pattern.weekdays.length === 1) {
    return { pattern: { ...pattern, times, weekdays: [weekdayOf(other)] }, daysStay: false };
  }
  if (pattern.every === 'month' && pattern.days.length === 1) {
    return { pattern: { ...pattern, times, days: [Number(other.slice(8, 10))] }, daysStay: false };
  }
  if (pattern.every === 'dates' && pattern.times.length === 1) {
    const dates = sorted(pattern.dates.map((date) => (date === day ? other : date)));
    return { pattern: { ...pattern, times, dates }, daysStay: false };
  }
  // Every day stays every day, and nothing is lost by it.
  const daily = pattern.every === 'week' && pattern.weekdays.length === 7;
  return { pattern: { ...pattern, times }, daysStay: !daily };
}
