import { describe, expect, it } from 'vitest';
import { byAlphabet, fold, matches } from './search';

describe('search', () => {
  it('finds a title typed without marks', () => {
    expect(fold('Đài truyền thanh')).toBe('dai truyen thanh');
    expect(matches('truyen dai', 'Đài truyền thanh')).toBe(true);
    expect(matches('phát', 'Lịch phát')).toBe(true);
  });

  it('takes a typed mark seriously, however it is encoded', () => {
    expect(matches('thành', 'Đài truyền thanh')).toBe(false);
    expect(matches('thành'.normalize('NFD'), 'Hoàn thành')).toBe(true);
  });

  it('matches everything when nothing is typed', () => {
    expect(matches('  ', 'Bản tin')).toBe(true);
  });

  it('sorts as the Vietnamese alphabet and counts numbers', () => {
    expect(['đất', 'dân', 'ấm', 'an', 'bài 10', 'bài 9'].sort(byAlphabet)).toEqual([
      'an',
      'ấm',
      'bài 9',
      'bài 10',
      'dân',
      'đất',
    ]);
  });
});
