import { describe, expect, it } from 'vitest';
import * as amount from './amount';

describe('amounts', () => {
  it('say lengths as an office does', () => {
    expect(amount.duration(725_000, 'vi')).toBe('12 phút 05 giây');
    expect(amount.duration(720_000, 'vi')).toBe('12 phút');
    expect(amount.duration(3_720_000, 'vi')).toBe('1 giờ 02 phút');
    expect(amount.duration(400, 'vi')).toBe('0 giây');
    expect(amount.duration(725_000, 'en')).toBe('12 min 05 s');
  });

  it('carry a rounded second into its minute', () => {
    expect(amount.duration(59_600, 'vi')).toBe('1 phút');
    expect(amount.clockLength(59_600)).toBe('1:00');
    expect(amount.clockLength(3_599_700)).toBe('1:00:00');
  });

  it('write decimals with a comma in Vietnamese and a point in English', () => {
    expect(amount.loudness(-23.06, 'vi')).toBe('−23,1 LUFS');
    expect(amount.peak(-1, 'en')).toBe('−1.0 dBFS');
    expect(amount.loudness(null, 'vi')).toBe('–');
    expect(amount.number(12345, 'vi')).toBe('12.345');
  });

  it('count sizes in steps of a thousand', () => {
    expect(amount.bytes(0, 'vi')).toBe('0 B');
    expect(amount.bytes(1_250_000, 'vi')).toBe('1,3 MB');
    expect(amount.bytes(999, 'en')).toBe('999 B');
  });
});
