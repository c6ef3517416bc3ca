import { describe, expect, it } from 'vitest';
import { readTime, stepped } from './clock-time';

describe('a time that is typed', () => {
  it('is read however people write it, on 24 hours', () => {
    for (const text of ['05:00', '5:00', '5.00', '5h', '5h00', '5g', '5 giờ', '0500', '500', '5', ' 05 ']) {
      expect(readTime(text), text).toBe('05:00');
    }
    expect(readTime('17 giờ 30')).toBe('17:30');
    expect(readTime('17H30')).toBe('17:30');
    expect(readTime('1730')).toBe('17:30');
  });

  it('is none if the day has no such time', () => {
    for (const text of ['', '24:00', '12:60', '5:0', '5:00 PM', '17:30:00', '-5', 'sáng', '12345']) {
      expect(readTime(text), text).toBeNull();
    }
  });

  it('reads back every minute of a day, and steps through all of them', () => {
    let time = '00:00';
    for (let minute = 0; minute < 1440; minute += 1) {
      expect(readTime(time)).toBe(time);
      expect(stepped(stepped(time, 5), -5)).toBe(time);
      time = stepped(time, 1);
    }
    expect(time).toBe('00:00');
  });
});
