import { describe, expect, it } from 'vitest';
import { addDays, civilOf, civilOfDate, later, mondayOf, offsetOf, weekdayOf } from './civil';

describe('civil time', () => {
  it('is read from instants of the API, whatever the zone of the browser', () => {
    expect(civilOf('2026-11-24T05:00:00+07:00')).toBe('2026-11-24T05:00:00');
    expect(offsetOf('2026-11-24T05:00:00+07:00')).toBe('+07:00');
    expect(offsetOf('2026-11-24T05:00:00.123-03:30')).toBe('-03:30');
    expect(offsetOf('2026-11-24T05:00:00Z')).toBe('+00:00');
    expect(civilOfDate(new Date(2026, 10, 24, 5, 0, 0))).toBe('2026-11-24T05:00:00');
  });

  it('goes over the ends of days, months and years', () => {
    expect(later('2026-12-31T23:59:30', 45)).toBe('2027-01-01T00:00:15');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
  });

  it('begins its weeks on Monday', () => {
    expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7]);
    expect(mondayOf('2026-11-29')).toBe('2026-11-23');
    expect(mondayOf('2026-11-23')).toBe('2026-11-23');
  });
});
