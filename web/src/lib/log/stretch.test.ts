import { describe, expect, it } from 'vitest';
import { WHOLE, bodyOf, lengthOf, wrongIn } from './stretch';

describe('a stretch of a relay', () => {
  it('is written in minutes, or with seconds and hours after colons', () => {
    expect(lengthOf('5')).toBe(300_000);
    expect(lengthOf(' 5:30 ')).toBe(330_000);
    expect(lengthOf('1:02:03')).toBe(3_723_000);
    for (const wrong of ['', 'năm', '5:', ':30', '5:60', '1:60:00', '1:2:3:4', '-1', '1.5']) {
      expect(lengthOf(wrong), wrong).toBeNull();
    }
  });

  it('is all of it when nothing is written, and tells what is no length', () => {
    expect(bodyOf(WHOLE)).toEqual({ from_ms: 0, length_ms: null, title: null, topic: null });
    expect(wrongIn(WHOLE)).toEqual({ from: false, length: false });
    expect(wrongIn({ ...WHOLE, from: 'x', length: '0' })).toEqual({ from: true, length: true });
    const form = { from: '12:30', length: '10', title: ' Thời sự ', topic: 'TTHC' };
    expect(bodyOf(form)).toEqual({ from_ms: 750_000, length_ms: 600_000, title: 'Thời sự', topic: 'TTHC' });
  });
});
