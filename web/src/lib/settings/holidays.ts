import type { Entry, Value } from './types';

/** How the days of a holiday are given. */
export type HolidayKind = 'solar' | 'lunar' | 'tet' | 'once';

/** A holiday as it is edited. */
export interface Holiday {
  name: string;
  kind: HolidayKind;
  /** `30/4` of a solar or lunar year. */
  dayMonth: string;
  before: number;
  after: number;
  /** Of one that is only once: first and last day, `2026-02-14`. */
  from: string;
  to: string;
}

/** An entry of the station's list, as it is edited. */
export function holidayOf(entry: Entry): Holiday {
  const text = (value: Value | undefined) => (typeof value === 'string' ? value : '');
  const blank = { name: text(entry['name']), dayMonth: '', before: 0, after: 0, from: '', to: '' };
  if (typeof entry['solar'] === 'string') return { ...blank, kind: 'solar', dayMonth: entry['solar'] };
  if (typeof entry['lunar'] === 'string') return { ...blank, kind: 'lunar', dayMonth: entry['lunar'] };
  const tet = entry['tet'];
  if (typeof tet === 'object' && tet !== null && !Array.isArray(tet)) {
    const days = (value: Value | undefined) => (typeof value === 'number' ? value : 0);
    return { ...blank, kind: 'tet', before: days(tet['days_before']), after: days(tet['days_after']) };
  }
  const date = text(entry['date']);
  return { ...blank, kind: 'once', from: text(entry['from']) || date, to: text(entry['to']) || date };
}

/** As the station's list has it. */
export function entryOf(holiday: Holiday): Entry {
  const { name } = holiday;
  switch (holiday.kind) {
    case 'solar':
      return { name, solar: holiday.dayMonth };
    case 'lunar':
      return { name, lunar: holiday.dayMonth };
    case 'tet':
      return { name, tet: { days_before: holiday.before, days_after: holiday.after } };
    case 'once':
      return holiday.to && holiday.to !== holiday.from
        ? { name, from: holiday.from, to: holiday.to }
        : { name, date: holiday.from };
  }
}

/** A holiday that is not there yet. */
export function newHoliday(today: string): Holiday {
  return { name: '', kind: 'once', dayMonth: '', before: 1, after: 3, from: today, to: today };
}
