import { describe, expect, it } from 'vitest';
import { EVERY_DAY, missing, seriesMoved, tidied, toggled, turnedTo, WORKING_DAYS, type Pattern } from './pattern';

const working: Pattern = { every: 'week', weekdays: WORKING_DAYS, times: ['05:00:00', '17:00:00'] };

describe('a pattern', () => {
  it('is put in order, without what is empty or there twice', () => {
    const wild: Pattern = { every: 'week', weekdays: [5, 1, 5], times: ['17:00', '', '05:00:00', '05:00'] };
    expect(tidied(wild)).toEqual({ every: 'week', weekdays: [1, 5], times: ['05:00:00', '17:00:00'] });
    expect(toggled([1, 3], 2)).toEqual([1, 2, 3]);
    expect(toggled([1, 2, 3], 2)).toEqual([1, 3]);
  });

  it('says what is missing', () => {
    expect(missing({ every: 'week', weekdays: [], times: ['05:00'] })).toBe('days');
    expect(missing({ every: 'dates', dates: [''], times: ['05:00'] })).toBe('days');
    expect(missing({ every: 'month', days: [1], times: [''] })).toBe('times');
    expect(missing(working)).toBe(null);
  });

  it('keeps its times when it becomes another kind', () => {
    expect(turnedTo(working, 'month', '2026-11-24')).toEqual({ every: 'month', days: [24], times: working.times });
    expect(turnedTo(working, 'dates', '2026-11-30')).toEqual({
      every: 'dates',
      dates: ['2026-12-01'],
      times: working.times,
    });
    expect(turnedTo(working, 'week', '2026-11-24')).toBe(working);
  });
});

describe('a series that is dragged', () => {
  it('moves one of its times on all its days', () => {
    const { pattern, daysStay } = seriesMoved(working, '2026-11-24T05:00:00', '2026-11-24T06:15:00');
    expect(pattern).toEqual({ ...working, times: ['06:15:00', '17:00:00'] });
    expect(daysStay).toBe(false);
  });

  it('goes to the other day if it has only one', () => {
    const tuesday: Pattern = { every: 'week', weekdays: [2], times: ['05:00:00'] };
    expect(seriesMoved(tuesday, '2026-11-24T05:00:00', '2026-11-26T05:00:00').pattern).toEqual({
      ...tuesday,
      weekdays: [4],
    });
    const first: Pattern = { every: 'month', days: [1], times: ['05:00:00'] };
    expect(seriesMoved(first, '2026-12-01T05:00:00', '2026-12-03T05:00:00').pattern).toEqual({ ...first, days: [3] });
    const dates: Pattern = { every: 'dates', dates: ['2026-11-24', '2026-11-26'], times: ['05:00:00'] };
    expect(seriesMoved(dates, '2026-11-24T05:00:00', '2026-11-30T05:00:00').pattern).toEqual({
      ...dates,
      dates: ['2026-11-26', '2026-11-30'],
    });
  });

  it('keeps its days and says so if it has several; daily it stays daily', () => {
    expect(seriesMoved(working, '2026-11-24T05:00:00', '2026-11-26T06:00:00')).toEqual({
      pattern: { ...working, times: ['06:00:00', '17:00:00'] },
      daysStay: true,
    });
    const daily: Pattern = { every: 'week', weekdays: EVERY_DAY, times: ['05:00:00'] };
    expect(seriesMoved(daily, '2026-11-24T05:00:00', '2026-11-26T06:00:00').daysStay).toBe(false);
  });
});
