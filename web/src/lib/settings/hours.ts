/** Permitted hours as a person edits them: ranges of minutes of a day. The station's own form is `05:00-06:30, 16:30-18:00`. */

/** From and to in minutes after midnight; `to` may be 1440. */
export interface Range {
  from: number;
  to: number;
}

/** A day has so many minutes. */
export const DAY_MINUTES = 1440;
/** Ranges of one day that can be edited; no town needs a twelfth. */
export const RANGES_MAX = 12;

/** The keys of the week, Monday first, as the options name them. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `05:00`; 1440 is `24:00`. */
export function clockText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Minutes of `05:00`; none if it is no time of day. `24:00` is the end of the day. */
export function minutesOf(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  const all = hours * 60 + minutes;
  return minutes < 60 && all <= DAY_MINUTES ? all : null;
}

/** The ranges of a day; none if the text is not of the station's form. */
export function parseHours(text: string): Range[] | null {
  if (text.trim() === '') return [];
  const ranges: Range[] = [];
  for (const part of text.split(',')) {
    const [from, to, more] = part.split('-').map(minutesOf);
    if (from == null || to == null || more !== undefined) return null;
    ranges.push({ from, to });
  }
  return ranges;
}

/** In the station's form, in order; ranges that touch or overlap become one, as the station wants neighbours written. */
export function hoursText(ranges: readonly Range[]): string {
  return merged(ranges)
    .map(({ from, to }) => `${clockText(from)}-${clockText(to)}`)
    .join(', ');
}

/** In order and apart from each other. */
export function merged(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of [...ranges].filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else all.push({ ...range });
  }
  return all;
}

/** How long they are together, in minutes. */
export function lengthOf(ranges: readonly Range[]): number {
  return merged(ranges).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** A range that finds room after those there are: an hour after the last, or half an hour before the first. */
export function nextRange(ranges: readonly Range[]): Range | null {
  if (ranges.length >= RANGES_MAX) return null;
  const all = merged(ranges);
  const last = all.at(-1);
  if (!last) return { from: 300, to: 390 };
  if (last.to <= DAY_MINUTES - 60)
    return { from: Math.min(last.to + 60, DAY_MINUTES - 60), to: Math.min(last.to + 120, DAY_MINUTES) };
  const first = all[0];
  return first && first.from >= 30 ? { from: Math.max(0, first.from - 60), to: first.from - 15 } : null;
}
