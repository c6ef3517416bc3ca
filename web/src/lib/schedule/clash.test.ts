import { describe, expect, it } from 'vitest';
import { clashOf, silent } from './clash';

const at = (time: string) => `2026-11-24T${time}:00`;
const noon = { id: 'trua', start: at('11:00'), end: at('11:30'), zones: ['a'] };
const permitted = [
  { start: at('05:00'), end: at('06:30') },
  { start: at('10:00'), end: at('19:00') },
];

describe('what is dragged', () => {
  it('meets what shares its zone and its time, not what it only touches', () => {
    const moved = (start: string, end: string, zones = ['a', 'b']) => ({ start: at(start), end: at(end), zones });
    expect(clashOf(moved('11:15', '11:45'), [noon], permitted)).toEqual({ with: [noon], outside: false });
    expect(clashOf(moved('11:30', '12:00'), [noon], permitted).with).toEqual([]);
    expect(clashOf(moved('11:15', '11:45', ['b']), [noon], permitted).with).toEqual([]);
  });

  it('must lie wholly within permitted hours', () => {
    const moved = (start: string, end: string) => ({ start: at(start), end: at(end), zones: ['a'] });
    expect(clashOf(moved('05:00', '06:30'), [], permitted).outside).toBe(false);
    expect(clashOf(moved('06:15', '06:45'), [], permitted).outside).toBe(true);
    expect(clashOf(moved('06:00', '10:30'), [], permitted).outside).toBe(true);
  });
});

describe('silent hours', () => {
  it('are what is left of the days', () => {
    expect(silent(permitted, at('00:00'), '2026-11-25T00:00:00')).toEqual([
      { start: at('00:00'), end: at('05:00') },
      { start: at('06:30'), end: at('10:00') },
      { start: at('19:00'), end: '2026-11-25T00:00:00' },
    ]);
    expect(silent([], at('00:00'), at('12:00'))).toEqual([{ start: at('00:00'), end: at('12:00') }]);
    expect(silent([{ start: at('00:00'), end: at('12:00') }], at('00:00'), at('12:00'))).toEqual([]);
  });
});
