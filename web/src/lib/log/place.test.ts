import { describe, expect, it } from 'vitest';
import { readLength, readPlace, writePlace } from './place';

describe('a place', () => {
  it('is read as a player shows it, and written the same', () => {
    for (const [text, ms] of [
      ['3:10', 190_000],
      ['00:03:10', 190_000],
      ['1:02:03,5', 3_723_500],
      [' 0:00.25 ', 250],
      ['90:00', 5_400_000],
    ] as const)
      expect(readPlace(text), text).toBe(ms);
    for (const text of ['', '3', '3:1', '3:60', '1:60:00', 'a:10', '1:2:3:4', '-1:00', '1:00.1234'])
      expect(readPlace(text), text).toBeNull();
    for (const ms of [0, 190_000, 3_600_000, 3_723_000]) expect(readPlace(writePlace(ms))).toBe(ms);
    expect(writePlace(190_999)).toBe('3:10');
  });
});

describe('a length', () => {
  it('is written like a place, or in minutes alone', () => {
    expect(readLength('5')).toBe(300_000);
    expect(readLength(' 5:30 ')).toBe(330_000);
    expect(readLength('1:02:03')).toBe(3_723_000);
    for (const wrong of ['', 'năm', '5:', ':30', '5:60', '1:60:00', '1:2:3:4', '-1', '1.5'])
      expect(readLength(wrong), wrong).toBeNull();
  });
});
