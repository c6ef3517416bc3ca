import { m } from '$lib/paraglide/messages.js';
import { civilOf, onScale, type Civil } from './civil';
import { silent, type Stretch } from './clash';
import type { CalendarFeed, CalendarOccurrence } from './types';

/** An occurrence as the calendar draws it. */
export interface DrawnEvent {
  id: string;
  title: string;
  start: Civil;
  end: Civil;
  editable: boolean;
  classNames: string[];
  extendedProps: { occurrence: CalendarOccurrence };
}

/** Only what is still to come and airs can be moved about. */
export const movable = (occurrence: CalendarOccurrence): boolean => occurrence.state === 'planned';

/** The occurrences of the feed. */
export function drawn(feed: CalendarFeed, mayEdit: boolean): DrawnEvent[] {
  return feed.occurrences.map((occurrence) => {
    const start = civilOf(occurrence.start);
    const end = civilOf(occurrence.end);
    return {
      id: occurrence.occurrence_id,
      title: occurrence.name,
      start,
      // An occurrence that lasted no time would not be seen.
      end: onScale(end) > onScale(start) ? end : new Date(onScale(start) + 300_000).toISOString().slice(0, 19),
      editable: mayEdit && movable(occurrence),
      classNames: ['loa-occurrence', `loa-${occurrence.state}`],
      extendedProps: { occurrence },
    };
  });
}

/** Hours in which nothing may sound, shaded behind the occurrences. */
export function shaded(
  feed: CalendarFeed,
): { start: Civil; end: Civil; display: 'background'; classNames: string[] }[] {
  const [first, last] = [feed.days[0], feed.days.at(-1)];
  if (!first || !last) return [];
  const end = new Date(Date.parse(`${last.date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 19);
  const stretches = silent(permittedOf(feed), `${first.date}T00:00:00`, end);
  return stretches.map((stretch) => ({ ...stretch, display: 'background', classNames: ['loa-silent'] }));
}

/** Permitted hours as civil time. */
export function permittedOf(feed: CalendarFeed): Stretch[] {
  return feed.permitted.map(({ from, to }) => ({ start: civilOf(from), end: civilOf(to) }));
}

/** What a day of the calendar says beside its number: the lunar day, and what is celebrated. */
export function dayNote(feed: CalendarFeed, date: string): { lunar: string; holiday: string | null } {
  const day = feed.days.find((known) => known.date === date);
  if (!day) return { lunar: '', holiday: null };
  // The first of a lunar month carries the month, as printed calendars do.
  const lunar = day.lunar.day === 1 || day.lunar.leap ? `${day.lunar.day}/${day.lunar.month}` : String(day.lunar.day);
  return { lunar: day.lunar.leap ? m.schedule_lunar_leap({ day: lunar }) : lunar, holiday: day.holiday ?? null };
}
