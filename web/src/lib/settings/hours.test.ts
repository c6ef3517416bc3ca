import { describe, expect, it } from 'vitest';
import { clockText, hoursText, lengthOf, merged, minutesOf, nextRange, parseHours } from './hours';

describe('permitted hours', () => {
  it('are read and written in the form of the station', () => {
    const text = '05:00-06:30, 16:30-18:00';
    expect(parseHours(text)).toEqual([
      { from: 300, to: 390 },
      { from: 990, to: 1080 },
    ]);
    expect(hoursText(parseHours(text)!)).toBe(text);
    expect(parseHours('')).toEqual([]);
    expect(hoursText([])).toBe('');
    expect(parseHours('00:00-24:00')).toEqual([{ from: 0, to: 1440 }]);
  });

  it('that make no sense are told from a day of silence', () => {
    for (const text of ['5', '05:00', '05:00-06:65', '05:00-25:00', '05:00-06:00-07:00', 'a-b', ',']) {
      expect(parseHours(text), text).toBeNull();
    }
  });

  it('become one where they touch, whatever their order', () => {
    const ranges = [
      { from: 600, to: 700 },
      { from: 300, to: 390 },
      { from: 390, to: 420 },
      { from: 650, to: 720 },
      { from: 800, to: 800 },
    ];
    expect(hoursText(ranges)).toBe('05:00-07:00, 10:00-12:00');
    expect(lengthOf(ranges)).toBe(240);
    expect(merged(merged(ranges))).toEqual(merged(ranges));
  });

  it('say a time of day and understand it', () => {
    for (const minutes of [0, 1, 300, 1439, 1440]) expect(minutesOf(clockText(minutes))).toBe(minutes);
    expect(minutesOf('24:01')).toBeNull();
    expect(minutesOf('7:05')).toBe(425);
  });

  it('offer a next range that does not lie over another, and none in a full day', () => {
    expect(nextRange([])).toEqual({ from: 300, to: 390 });
    const next = nextRange([{ from: 300, to: 390 }])!;
    expect(hoursText([{ from: 300, to: 390 }, next])).toBe('05:00-06:30, 07:30-08:30');
    expect(nextRange([{ from: 0, to: 1440 }])).toBeNull();
    const late = nextRange([{ from: 600, to: 1430 }])!;
    expect(lengthOf([{ from: 600, to: 1430 }, late])).toBe(830 + late.to - late.from);
  });
});
